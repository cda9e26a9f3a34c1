import type { TextsOf } from '../texts.ts';
import type { migrations as english } from '../en/migrations.ts';

export const migrations: TextsOf<typeof english> = {
  migrations: {
    title: 'Umzüge',
    create: 'Anwendung umziehen',
    empty: 'Noch kein Umzug',
    none: 'Im Namespace {{namespace}} gibt es keinen Umzug. Ein Umzug nimmt eine Anwendung mit: ihre Ressourcen, Images und Volumes.',
    docs: 'Dokumentation des Assistenten',
    name: 'Name',
    from: 'Von',
    to: 'Nach',
    images: 'Images',
    claims: 'Volumes',
    state: 'Letzter Lauf',
    created: 'Angelegt',
    neverStarted: 'Nie gestartet',
    noTekton:
      'Dieser Cluster hat kein Tekton. Installieren Sie zuerst Tekton Pipelines und die Pipelines von crane-tasks.',
    noPipelines:
      'Im Namespace {{namespace}} fehlen die Pipelines von crane-tasks. Installieren Sie sie zuerst: kubectl apply --server-side -n {{namespace}} -f install.yaml, mit der Datei eines Release; oder wie in der README.',
  },
  migration: {
    carryOver: 'In einen neuen Umzug übernehmen',
    forerunner: 'Angelegt vom Assistenten der OpenShift-Konsole.',
    runs: 'Läufe',
    run: 'Lauf',
    started: 'Gestartet',
    duration: 'Dauer',
  },
  reasons: {
    'not-planned': 'Der Plan des Umzugs sieht das nicht vor.',
    'is-running': 'Ein Lauf oder eine Aufgabe des Umzugs ist noch nicht beendet.',
    'not-running': 'Kein Lauf des Umzugs läuft.',
    'is-stopping': 'Der Lauf wird schon abgebrochen.',
    'never-run': 'Kein Lauf des Umzugs wurde gestartet.',
    'nothing-failed': 'Der letzte Lauf ist nicht fehlgeschlagen.',
    'has-succeeded': 'Die Anwendung ist umgezogen. Nehmen Sie den Umzug zurück, bevor sie erneut umzieht.',
    'take-back-first':
      'Am Ziel läuft, was das letzte Umschalten angelegt hat. Nehmen Sie es zuerst zurück: ein neues Umschalten würde die Daten seiner Pods überschreiben.',
    'nothing-applied': 'Am Ziel gibt es keine Objekte des Umzugs.',
    'source-runs': 'Die Workloads der Quelle wurden nicht angehalten, oder laufen wieder.',
    'destination-runs': 'Die Anwendung läuft am Ziel. Nehmen Sie den Umzug zurück, bevor die Quelle wieder startet.',
    'is-accepted': 'Das Ziel wurde abgenommen.',
    'no-cluster-tasks':
      'Der Cluster hat keine ClusterTasks, die die Pipelines der Gruppe brauchen. Übernehmen Sie sie in einen neuen Umzug.',
    'run-deleted':
      'Der Lauf, den die Konsole angelegt hat, wurde gelöscht. Übernehmen Sie die Gruppe in einen neuen Umzug.',
  },
};

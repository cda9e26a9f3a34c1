import type { CodeTexts } from '../code-texts.ts';

type Areas =
  | 'manifests'
  | 'export'
  | 'transform'
  | 'render'
  | 'kustomize'
  | 'seal'
  | 'apply'
  | 'runs'
  | 'scale'
  | 'rollback';

/** Objects on their way from the source to the destination, and back. */
export const objects: Pick<CodeTexts['reasons'], Areas> = {
  manifests: { 'stray-file': 'Die Datei steht nicht im Verzeichnis und wird deshalb nicht beachtet.' },
  export: {
    exported: 'Die Objekte der Art oder das einzelne Objekt wurden exportiert.',
    'exported-over-time':
      'Die Liste ist während des Exports abgelaufen: Die Objekte können aus verschiedenen Augenblicken sein.',
    'exported-cluster-rights': 'Die Bindung wurde exportiert. Sie gibt Rechte im ganzen Cluster.',
    'secrets-left-out': 'Das Secret wurde nicht exportiert, weil die Einstellungen Secrets ausschließen.',
    'kind-left-out': 'Die Art wurde nicht exportiert, weil die Einstellungen sie weglassen.',
    'deleted-meanwhile': 'Das Objekt wurde während des Exports gelöscht.',
    'not-found': 'Der API-Server hat das Objekt oder die Art nicht.',
    'method-not-allowed': 'Der API-Server listet diese Art nicht auf.',
    'list-expired': 'Die Liste ist zu oft abgelaufen.',
    throttled: 'Der API-Server lässt im Augenblick keine weiteren Anfragen zu.',
    unavailable: 'Der API-Server für diese Art ist nicht verfügbar.',
    'forbidden-allowed': 'Das Konto darf die Art nicht lesen, und die Einstellungen nehmen das hin.',
    'not-found-allowed': 'Die Art wurde nicht gefunden, und die Einstellungen nehmen das hin.',
    'method-not-allowed-allowed': 'Der API-Server listet die Art nicht auf, und die Einstellungen nehmen das hin.',
    'list-expired-allowed': 'Die Liste ist zu oft abgelaufen, und die Einstellungen nehmen das hin.',
    'throttled-allowed': 'Der API-Server lässt keine weiteren Anfragen zu, und die Einstellungen nehmen das hin.',
    'unavailable-allowed': 'Die Art ist nicht verfügbar, und die Einstellungen nehmen das hin.',
    'cluster-refused-allowed': 'Der API-Server hat die Anfrage abgelehnt, und die Einstellungen nehmen das hin.',
    'unauthorized-allowed': 'Der Server nimmt die Zugangsdaten nicht an, und die Einstellungen nehmen das hin.',
    'unreachable-allowed': 'Der Server ist nicht erreichbar, und die Einstellungen nehmen das hin.',
  },
  transform: {
    patched: 'Eine Datei mit Patches wurde geschrieben.',
    unchanged: 'Kein Patch ist nötig.',
    whiteout: 'Ein Plugin lässt das Objekt weg.',
    'claim-names': 'Das StatefulSet kann seinen Claims nicht die Namen geben, die sie am Ziel haben.',
    'patch-used': 'Der eigene Patch wurde angewendet.',
    'kind-absent': 'Der Export hat kein Objekt der Art, die include-only oder extra-whiteouts nennt.',
    'patch-unused': 'Kein Objekt passt zum Ziel des eigenen Patches.',
  },
  render: {
    written: 'Das Manifest wurde mit seinen Patches geschrieben.',
    untransformed: 'Das Manifest wurde unverändert geschrieben, weil es keine Patches hat.',
    whiteout: 'Die Umwandlung lässt das Objekt weg.',
    'patch-failed': 'Der Patch lässt sich nicht anwenden.',
  },
  kustomize: { included: 'Das Manifest ist Teil der Kustomization.' },
  seal: { 'not-unsealed': 'Das verschlüsselte Secret lässt sich nicht entschlüsseln.' },
  apply: {
    created: 'Das Objekt wurde angelegt.',
    changed: 'Das Objekt wurde geändert.',
    unchanged: 'Das Objekt hat diesen Inhalt schon.',
    applied: 'Das Objekt wurde angewendet. Das Konto kann nicht sehen, was sich geändert hat.',
    recreated: 'Das Objekt wurde gelöscht und neu angelegt.',
    duplicate: 'Dasselbe Objekt kommt zweimal vor: Nur das erste wurde angewendet.',
    'not-ready': 'Das Objekt wurde angewendet, aber nicht rechtzeitig bereit.',
    'namespace-terminating': 'Der Namespace wird gerade gelöscht.',
    'missing-kind': 'Der Cluster kennt die Art nicht.',
    quota: 'Ein Kontingent des Namespace ist überschritten.',
    'limit-range': 'Eine LimitRange des Namespace lässt das Objekt nicht zu.',
    denied: 'Eine Zulassungsregel oder ein Webhook hat das Objekt abgelehnt.',
    'webhook-failed': 'Ein Zulassungs-Webhook ist fehlgeschlagen.',
    escalation: 'Das Objekt gäbe Rechte, die das Konto selbst nicht hat.',
    conflict: 'Ein anderer Verwalter besitzt ein Feld des Objekts.',
    immutable: 'Ein Feld des vorhandenen Objekts lässt sich nicht ändern.',
    'port-taken': 'Ein anderer Service hat den Port oder die Adresse.',
    invalid: 'Der API-Server nimmt den Inhalt des Objekts nicht an.',
    refused: 'Der API-Server hat das Objekt aus einem anderen Grund abgelehnt.',
  },
  runs: {
    'run-succeeded': 'Der PipelineRun war erfolgreich.',
    'run-failed': 'Der PipelineRun ist fehlgeschlagen oder wurde abgebrochen.',
  },
  scale: {
    scaled: 'Der Workload wurde auf null skaliert oder angehalten.',
    restored: 'Der Workload hat wieder seine frühere Größe.',
    unchanged: 'Der Workload war schon in diesem Zustand.',
    'not-scalable': 'Objekte dieser Art lassen sich nicht skalieren.',
    finished: 'Die Pods des Jobs sind beendet.',
    'bare-pod': 'Der Pod hat keinen Controller und läuft deshalb weiter.',
    'not-served': 'Der Cluster kennt die Art nicht.',
    'not-at-rest': 'Pods des Workloads laufen noch.',
    'not-ready': 'Der Workload wurde nicht rechtzeitig bereit.',
    'changed-meanwhile': 'Ein anderer Client hat das Objekt gleichzeitig geändert.',
    'invalid-record': 'Die gemerkte Größe ist nicht lesbar.',
  },
  rollback: {
    deleted: 'Das Objekt wurde gelöscht.',
    'would-delete': 'Das Objekt würde gelöscht.',
    'gone-already': 'Das Objekt gibt es nicht mehr.',
    kept: 'Objekte dieser Art bleiben, wenn die Art nicht ausgewählt wird.',
    'image-kept': 'Images bleiben in der Registry.',
    'not-created': 'Das Objekt gab es schon vor dem Lauf.',
    'nothing-created': 'Der Lauf endete, bevor er ein Objekt angelegt hat.',
    'not-restorable': 'Das Objekt gab es schon vor dem Lauf, und sein früherer Inhalt ist unbekannt.',
    'still-there': 'Das Objekt wurde nicht rechtzeitig gelöscht.',
    'other-namespace': 'Das Objekt ist in einem Namespace, der nicht geändert werden darf.',
    unreadable: 'Das Objekt ist nicht lesbar.',
    unconfirmed: 'Der Lauf endete, während er das Objekt anlegte. Seine UID ist unbekannt.',
    unproven: 'Der Bericht mit dem angegebenen Digest nennt das Objekt nicht.',
    'not-marked': 'Das Objekt hat nicht die Markierung dieser Programme.',
    'changed-since': 'Das Objekt wurde nach dem Anwenden geändert.',
    'not-empty': 'Der ImageStream hat Tags, die andere hochgeladen haben.',
    refused: 'Der API-Server hat das Löschen abgelehnt.',
  },
};

import type { CodeTexts } from '../code-texts.ts';

type Areas =
  | 'app'
  | 'appExport'
  | 'appImages'
  | 'appImport'
  | 'appPublish'
  | 'source'
  | 'release'
  | 'build'
  | 'containerize'
  | 'exports';

/** Applications as parts and as one image. */
export const applications: Pick<CodeTexts['reasons'], Areas> = {
  app: {
    registry: 'Das Secret beschreibt eine Registry, in die Anwendungen veröffentlicht werden.',
    'registry-malformed': 'Das Secret hat das Label einer Registry, beschreibt aber keine.',
    'registry-absent': 'Diese Registry gibt es nicht.',
    'registry-deleted': 'Die Secrets der Registry wurden gelöscht.',
  },
  appExport: {
    exported: 'Werte, Chart und Images des Release wurden geschrieben.',
    'release-uninstalled':
      'Das Release wurde deinstalliert, nur seine Geschichte ist noch da. Es wurde nicht exportiert.',
    'digest-in-name': 'Das Image wurde mit dem Digest seines Namens exportiert.',
    'digest-of-pod': 'Das Image wurde mit dem Digest exportiert, den ein laufender Pod meldet.',
    'digest-of-registry': 'Kein Pod meldet einen Digest. Exportiert wurde das jetzige Image der Registry.',
    'image-mention': 'Der Text sieht wie der Name eines Images aus. Das Image wurde nicht exportiert.',
    'not-in-export': 'Das Release braucht das Objekt, das nicht Teil des Exports ist.',
    'object-not-read': 'Ein Objekt des Release hat keine apiVersion oder keinen Namen. Seine Images fehlen im Export.',
    'data-not-in-export': 'Der Claim ist Teil des Charts. Seine Dateien sind nicht Teil des Exports.',
    'origin-not-recorded':
      'Das Release merkt sich die Herkunft seines Charts nicht. Das Chart wird aus dem Release gebaut.',
    'source-equal': 'Das Chart der genannten Quelle ist gleich dem des Release.',
    'app-chart-equal': 'Das Chart des AppChart der Anwendung ist gleich dem des Release.',
    'app-chart-not-used': 'Das Chart des AppChart der Anwendung wurde nicht verwendet. Das Detail nennt die Ursache.',
    'not-rendered': 'Das Chart wurde nicht gerendert und mit den Objekten des Release verglichen.',
    'render-needs-cluster':
      'Das Chart lässt sich ohne seinen Cluster nicht rendern und wurde deshalb nicht mit den Objekten des Release verglichen.',
    'render-equal': 'Das Chart ergibt die Objekte des Release.',
    'render-different': 'Das Chart ergibt ein Objekt mit anderem Inhalt als im Release.',
    'changes-with-each-render': 'Die Vorlage kann jedes Mal einen anderen Inhalt ergeben.',
    'subchart-left-out': 'Das Unter-Chart ist im Release abgeschaltet und nicht Teil des Charts.',
    'origin-address': 'Die Werte nennen die Adresse eines Images im Quell-Cluster. Sie ist am Ziel zu ersetzen.',
  },
  appImages: {
    'image-pushed': 'Das Image wurde in die Registry des Ziels hochgeladen.',
    'image-present': 'Die Registry des Ziels hatte das Image schon.',
    'image-skipped': 'Der Tag meint am Ziel ein anderes Image, und die Einstellungen nehmen das hin.',
    'image-not-pushed': 'Das Image wurde nicht hochgeladen, weil der Lauf nur ein Probelauf ist.',
    'pull-address-unchecked':
      'Die Adresse, von der die Knoten laden, antwortet von hier aus nicht. Ihr Inhalt wurde nicht mit dem hochgeladenen verglichen.',
  },
  appImport: {
    'image-not-in-values': 'Das Image wurde hochgeladen, aber kein Wert des Release nennt es.',
    'value-in-list': 'Der Wert steht in einer Liste der Vorgaben des Charts und wurde deshalb nicht geändert.',
    'value-image': 'Der Wert nennt das Image am Ziel.',
    'value-route': 'Der Wert nennt die Route am Ziel.',
    'value-app-name': 'Der Wert ist der Name der Anwendung am Ziel.',
    'release-installed': 'Das Release wurde installiert.',
    'release-upgraded': 'Das Release wurde aktualisiert.',
    'release-unchanged': 'Das Release hat diesen Inhalt schon.',
    'release-checked': 'Das Release lässt sich installieren. Ein Probelauf ändert nichts.',
  },
  appPublish: {
    'chart-pushed': 'Das Chart wurde in die Registry des Ziels hochgeladen.',
    'chart-present': 'Die Registry des Ziels hatte das Chart schon.',
    'chart-not-pushed': 'Das Chart wurde nicht hochgeladen, weil der Lauf nur ein Probelauf ist.',
    'chart-image': 'Der Wert des Charts nennt das Image am Ziel.',
    'chart-value-in-list':
      'Der Wert steht in einer Liste der Vorgaben eines Unter-Charts und wurde deshalb nicht geändert.',
    'image-not-in-chart': 'Das Image wurde hochgeladen, aber kein Wert des Charts nennt es.',
  },
  source: {
    uploaded: 'Der Quelltext wurde hochgeladen.',
    resumed: 'Das Hochladen eines früheren Laufs wurde fortgesetzt.',
    present: 'Der Objektspeicher hatte diesen Quelltext schon.',
    listed: 'Die Dateien wurden aufgelistet. Nichts wurde hochgeladen.',
    ignored: 'Eine Regel lässt die Datei oder den Ordner weg.',
    'not-in-repository':
      'Das Git-Repository hat nur einen Verweis auf den Inhalt: ein Submodul oder einen Zeiger von Git LFS.',
    fetched: 'Der Quelltext wurde heruntergeladen und seine Prüfsumme verglichen.',
    'fetched-unproven': 'Der Quelltext wurde heruntergeladen. Das Objekt hat keine Prüfsumme zum Vergleichen.',
    unpacked: 'Das Archiv wurde vollständig entpackt.',
  },
  release: {
    installed: 'Das Release wurde installiert.',
    upgraded: 'Das Release hat eine neue Revision.',
    unchanged: 'Das Release hat diesen Inhalt schon.',
    checked: 'Das Release lässt sich installieren. Nichts wurde geändert.',
    'rolled-back': 'Das Release hat den Inhalt einer früheren Revision.',
    restarted: 'Die Pods des Workloads wurden neu gestartet.',
    scaled: 'Der Workload hat eine andere Anzahl von Instanzen.',
    deleted: 'Das Release wurde gelöscht.',
    'gone-already': 'Das Release gibt es nicht.',
    'left-over': 'Das Objekt stammt aus einer unfertigen Revision. Das Release hat es nicht mehr.',
    'not-ready': 'Der Workload wurde nicht rechtzeitig bereit.',
  },
  build: {
    'image-readable': 'Das Image und alle seine Schichten sind lesbar.',
    'image-writable': 'Das Konto darf in das Repository des Images hochladen.',
    'image-built': 'Das Image wurde gebaut und hochgeladen.',
    'buildpack-used': 'Das Buildpack war am Bau beteiligt.',
    'sbom-written': 'Die Stückliste der Software wurde in den Arbeitsbereich kopiert.',
  },
  containerize: {
    'area-included': 'Die Dateien des Bereichs sind Teil des Images.',
    'area-planned': 'Die Dateien des Bereichs würden Teil des Images. Ein Probelauf liest keine.',
    'area-left-out': 'Die Dateien des Bereichs sind nicht Teil des Images.',
    'never-included': 'Dateien dieses Pfads werden nie Teil eines Images.',
    'image-pushed': 'Das Image wurde hochgeladen.',
    'referrer-pushed': 'Das Dokument über das Image wurde hochgeladen.',
    'referrer-failed': 'Das Dokument über das Image konnte nicht hochgeladen werden.',
    'public-repository': 'Das Image lässt sich ohne Anmeldung laden.',
    'private-repository': 'Das Image lässt sich nicht ohne Anmeldung laden.',
    'hook-ran': 'Der Befehl des Profils endete mit Exit-Code 0.',
    'snapshot-taken': 'Der Claim wurde aus einem Snapshot gelesen. Seine Dateien sind wie nach einem Stromausfall.',
    'debug-container-added':
      'Der Pod bekam einen Debug-Container, weil der Container seine eigenen Dateien nicht lesen kann.',
    'secret-source': 'Der Wert kommt aus einem Secret. Wer das Image startet, muss ihn angeben.',
    'secret-name': 'Der Name ist der eines Geheimnisses. Wer das Image startet, muss den Wert angeben.',
    'secret-value': 'Der Wert sieht wie ein Geheimnis aus. Wer das Image startet, muss ihn angeben.',
    'bound-to-place': 'Der Wert gehört zum Cluster oder zum Pod.',
    'runtime-field': 'Der Wert ist ein Feld des Pods.',
    'own-rule': 'Eine Einstellung lässt die Variable weg.',
    'unknown-value': 'Die ConfigMap, aus der der Wert kommt, ist nicht lesbar.',
    unreadable: 'Die Datei ist nicht lesbar.',
    vanished: 'Die Datei wurde beim Lesen gelöscht.',
    'changed-while-read': 'Die Datei hat sich bei jedem Lesen geändert.',
    device: 'Ein Gerät wird nicht Teil eines Images.',
    socket: 'Ein Socket wird nicht Teil eines Images.',
    'invalid-name': 'Der Name der Datei ist nicht in UTF-8.',
    'too-large': 'Die Datei besteht fast nur aus Löchern und ist größer als die Grenze.',
    'attributes-lost': 'Der Container kann erweiterte Attribute oder Löcher von Dateien nicht auflisten.',
    'attributes-dropped': 'Erweiterte Attribute, die zum Ort der Dateien gehören, werden nicht Teil des Images.',
    'mount-inside': 'Dort ist ein anderes Volume eingehängt.',
    'package-cache': 'Ein Zwischenspeicher von Paketen, aus dem kein Programm lädt.',
    'packages-outside': 'Ein Programm des Containers lädt Pakete aus dem Pfad, und das Image hat sie nicht.',
    'owner-only': 'Im Image können sie nur Besitzer und Gruppe lesen. Andere Benutzer-IDs können sie nicht verwenden.',
    'volume-removed': 'Das Image erklärt dieses Volume des Basis-Images nicht: Es würde Dateien des Images verdecken.',
    'secret-found': 'Die Suche hat ein Geheimnis gefunden. Nichts wurde hochgeladen.',
    'finding-allowed': 'Die Suche hat ein Geheimnis gefunden, und die Einstellungen nehmen das hin.',
    'finding-known-file':
      'Die Suche hat einen Text wie ein Geheimnis in einer Datei gefunden, die ihr Paket mit diesem Digest nennt.',
    'finding-in-base':
      'Das Image, mit dem der Container läuft, hat einen Text wie ein Geheimnis in seiner Konfiguration.',
    'scan-note': 'Die Suche konnte in die Datei nicht wie üblich hineinsehen.',
  },
  exports: {
    deleted: 'Das Image wurde gelöscht, und die Registry hat es nicht mehr.',
    'gone-already': 'Das Image wurde schon früher gelöscht. Die Registry hat es nicht.',
    'would-delete': 'Der Export würde gelöscht.',
    'record-deleted': 'Der Eintrag wurde gelöscht. Die Registry hat das Image nicht.',
    'still-public': 'Das Image wurde nicht gelöscht. Jeder kann es noch laden.',
    'still-there': 'Das Image wurde nicht gelöscht. Die Registry hat es noch.',
    'shared-digest': 'Andere Tags haben dasselbe Image und würden mit gelöscht.',
    'helper-deleted': 'Das Objekt, das ein abgebrochener Lauf bei der Anwendung hinterließ, wurde gelöscht.',
    'would-delete-helper': 'Das Objekt, das ein abgebrochener Lauf bei der Anwendung hinterließ, würde gelöscht.',
    'in-progress': 'Der Lauf des Exports ist noch nicht beendet.',
    'record-invalid': 'Die ConfigMap hat das Label eines Exports und ist kein Eintrag eines Exports.',
    archived: 'Das Image wurde in das Archiv geschrieben.',
    loaded: 'Das Image wurde hochgeladen und hat denselben Digest wie vorher.',
    'loaded-other-digest':
      'Das Image wurde mit derselben Konfiguration hochgeladen. Sein Manifest hat einen anderen Digest, weil das Archiv keinen hat.',
    present: 'Die Registry hatte das Image schon.',
  },
};

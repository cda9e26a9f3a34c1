import type { TextsOf } from '../texts.ts';
import type { common as english } from '../en/common.ts';

export const common: TextsOf<typeof english> = {
  title: 'Anwendungen umziehen',
  signOut: 'Abmelden',
  loading: 'Wird geladen',
  tryAgain: 'Erneut versuchen',
  copy: 'Kopieren',
  copied: 'Kopiert',
  close: 'Schließen',
  detail: 'Detail',
  alerts: { success: 'Erfolg:', info: 'Hinweis:', warning: 'Warnung:', danger: 'Fehler:', custom: 'Hinweis:' },
  requestId: 'Anfrage {{id}}',
  offline: {
    title: 'Der Server antwortet nicht',
    help: 'Sie sehen den Stand von {{time}}. Ihre Eingaben bleiben erhalten. Die Seite verbindet sich von selbst wieder.',
  },
  login: {
    title: 'Anmelden',
    used: 'Öffnen Sie den Link, den der Befehl ausgegeben hat. Er gilt einmal.',
    token: 'Token',
    tokenHelp: 'OpenShift: oc whoami -t. Kubernetes: kubectl create token NAME.',
    submit: 'Anmelden',
    show: 'Token zeigen',
    hide: 'Token verbergen',
    provider: 'Mit dem Identitätsanbieter anmelden',
  },
  phase: {
    pending: 'Wartet',
    running: 'Läuft',
    succeeded: 'Erfolgreich',
    incomplete: 'Unvollständig',
    'changes-kept': 'Fertig, Änderungen behalten',
    failed: 'Fehlgeschlagen',
    cancelled: 'Abgebrochen',
    skipped: 'Ausgelassen',
  },
};

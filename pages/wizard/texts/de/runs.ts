import type { TextsOf } from '../texts.ts';
import type { runs as english } from '../en/runs.ts';

export const runs: TextsOf<typeof english> = {
  run: {
    tasks: 'Aufgaben',
    task: 'Aufgabe',
    state: 'Zustand',
    duration: 'Dauer',
    message: 'Meldung',
    log: 'Protokoll von {{task}}',
    showLog: 'Protokoll von {{task}} zeigen',
    noLog: 'Es gibt noch kein Protokoll.',
    cancel: 'Lauf abbrechen',
    cancelHelp: 'Die laufenden Aufgaben werden beendet. Angehaltene Workloads werden wieder gestartet.',
    failed: 'Aufgabe {{task}} ist fehlgeschlagen',
  },
};

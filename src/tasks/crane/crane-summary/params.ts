import { optional, toggle } from '../../shared/param-kinds.ts';

export const summaryParams = {
  status: optional('How the run ended, for the last line; a Pipeline passes `$(tasks.status)`. Empty: not mentioned.'),
  'print-reports': toggle(
    false,
    'Whether the log gets all reports too, as lines of JSON with a digest: programs that cannot mount the volume of the ' +
      'run read them there. Reports have no secrets.',
  ),
} as const;

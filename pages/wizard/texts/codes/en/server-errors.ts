import type { ServerCode } from '../../../../../src/wizard/api/problem.ts';

export const serverErrors: Readonly<Record<ServerCode, string>> = {
  'login-required': 'There is no session, or it has ended.',
  'login-refused': 'The login was not accepted.',
  'request-refused': 'The server does not accept the request.',
  'too-many-requests': 'Too many requests were sent in a short time.',
  'too-many-streams': 'Too many streams of events are open.',
  'body-too-large': 'The request is too long.',
  'not-found': 'The object does not exist, or was deleted.',
  'address-refused': 'The server does not connect to this address.',
  'state-refused': 'The migration does not allow this in its state.',
  defect: 'An unexpected error occurred.',
};

import type { LoginKind, LoginRequest } from '../../api/session.ts';
import type { Identity } from '../sessions/session.ts';

/** How users sign in, by the mode of the server. */
export interface Login {
  readonly kinds: readonly LoginKind[];
  /** @throws Refusal `login-refused`, TaskError of the cluster */
  enter(request: LoginRequest, signal: AbortSignal): Promise<Identity>;
}

import { randomBytes } from 'node:crypto';

import type { Identity, Session } from './session.ts';

export interface SessionLimits {
  /** Milliseconds without a request after which a session ends. */
  readonly idle: number;
  /** Milliseconds after which it ends in any case. */
  readonly whole: number;
  /** Sessions at the same time. At the limit, the one that was idle longest ends. */
  readonly most: number;
}

export const usualLimits: SessionLimits = { idle: 30 * 60_000, whole: 8 * 3_600_000, most: 500 };

interface Kept {
  readonly session: Session;
  readonly controller: AbortController;
  usedAt: number;
}

/** The sessions, in memory only: a restart ends all. */
export class SessionStore {
  readonly #kept = new Map<string, Kept>();
  readonly #limits: SessionLimits;
  readonly #now: () => number;

  constructor(limits: SessionLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Begins a session under a new id. @param id of a proxy's login; absent: a random one */
  begin(identity: Identity, id = randomBytes(32).toString('base64url')): Session {
    this.sweep();
    if (this.#kept.size >= this.#limits.most) this.#endIdlest();
    const now = this.#now();
    const controller = new AbortController();
    const latest = now + this.#limits.whole;
    const session: Session = {
      ...identity,
      id,
      endsAt: Math.min(latest, identity.endsAt ?? latest),
      signal: controller.signal,
      connections: new Map(),
      inventories: new Map(),
      streams: { count: 0 },
    };
    this.#kept.set(id, { session, controller, usedAt: now });
    return session;
  }

  /** The session of an id, which counts as used now; undefined when there is none or it has ended. */
  use(id: string): Session | undefined {
    const kept = this.#kept.get(id);
    if (kept === undefined) return undefined;
    if (!this.#lives(kept)) {
      this.end(id);
      return undefined;
    }
    kept.usedAt = this.#now();
    return kept.session;
  }

  /** Ends a session: its connections are closed, its tokens are no longer in memory. */
  end(id: string): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    this.#kept.delete(id);
    const { session, controller } = kept;
    controller.abort(new Error('the session has ended'));
    const clusters = [session.cluster, ...[...session.connections.values()].map(({ cluster }) => cluster)];
    for (const cluster of clusters) void cluster.close();
    session.connections.clear();
    session.inventories.clear();
  }

  /** Ends what has expired. */
  sweep(): void {
    for (const [id, kept] of this.#kept) {
      if (!this.#lives(kept)) this.end(id);
      else dropExpired(kept.session, this.#now());
    }
  }

  endAll(): void {
    for (const id of [...this.#kept.keys()]) this.end(id);
  }

  get idle(): number {
    return this.#limits.idle;
  }

  // A stream that is open is use: its viewer need not ask for anything else.
  #lives({ session, usedAt }: Kept): boolean {
    const now = this.#now();
    if (session.hasEnded?.() === true) return false;
    return now < session.endsAt && (now < usedAt + this.#limits.idle || session.streams.count > 0);
  }

  #endIdlest(): void {
    const [idlest] = [...this.#kept.values()].sort((one, other) => one.usedAt - other.usedAt);
    if (idlest !== undefined) this.end(idlest.session.id);
  }
}

function dropExpired({ inventories }: Session, now: number): void {
  for (const [id, { expiresAt, controller }] of inventories) {
    if (now < expiresAt) continue;
    controller.abort();
    inventories.delete(id);
  }
}

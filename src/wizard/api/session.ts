/** How the server runs: `laptop` for the user who started it, `deployment` in a cluster, `proxy` behind a login proxy. */
export type WizardMode = 'laptop' | 'deployment' | 'proxy';

/** What the page can ask for: the secret of the link, a token, an identity provider, or nothing, since a proxy asks. */
export type LoginKind = 'secret' | 'token' | 'oidc' | 'proxy';

/** POST /session. Exactly one of them, as the mode wants it. */
export interface LoginRequest {
  /** From the fragment of the link that the command printed. Valid once. */
  readonly secret?: string;
  /** A token of the cluster where the server runs. */
  readonly token?: string;
}

/** GET and POST /session. */
export type SessionAnswer =
  | { readonly state: 'anonymous' }
  | {
      readonly state: 'signed-in';
      /** Name by which the cluster of the runs knows the user. */
      readonly user: string;
      /** When the session ends at the latest, RFC 3339. */
      readonly expiresAt: string;
      /** Seconds without a request after which it ends. */
      readonly idleSeconds: number;
    };

/** GET /config. Without a login only what the login page needs. */
export interface ConfigAnswer {
  readonly version: string;
  readonly mode: WizardMode;
  readonly login: readonly LoginKind[];
  readonly languages: readonly string[];
  /** Absent without a login. */
  readonly cluster?: ClusterConfig;
}

export interface ClusterConfig {
  /** Of the migrations and their runs. */
  readonly namespace: string;
  readonly server: string;
  /** Address of a PipelineRun in another program, with `{namespace}` and `{name}`. */
  readonly runUrl?: string;
  /** Of the kubeconfig, in mode `laptop`; else empty. */
  readonly contexts: readonly ContextChoice[];
  readonly tekton: TektonConfig;
}

export interface ContextChoice {
  readonly name: string;
  readonly server: string;
  readonly namespace: string;
  /** The context of the runs. */
  readonly isCurrent: boolean;
}

export interface TektonConfig {
  /** Whether the cluster serves `tekton.dev/v1`. */
  readonly isInstalled: boolean;
  /** Versions of the group `tekton.dev`, such as `v1`. */
  readonly apiVersions: readonly string[];
  /** Names of Pipelines of crane-tasks that the namespace has. */
  readonly pipelines: readonly string[];
  /** Why the Pipelines are unknown; empty when they are known. */
  readonly message: string;
}

/** GET /rights?action=. */
export interface RightsAnswer {
  readonly action: string;
  readonly isAllowed: boolean;
  readonly rights: readonly RightAnswer[];
}

export interface RightAnswer {
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly verbs: readonly string[];
  readonly missing: readonly string[];
  /** A rule of a Role, as YAML, that gives what is missing; empty when nothing is. */
  readonly rule: string;
}

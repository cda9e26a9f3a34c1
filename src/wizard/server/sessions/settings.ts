import type { WizardMode } from '../../api/session.ts';
import type { SessionLimits } from './session-store.ts';

/** How the server runs. */
export interface ServerSettings {
  readonly mode: WizardMode;
  /** Address to listen at. */
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Namespace of the migrations and their runs. */
  readonly namespace: string;
  /** As browsers see it, `https://wizard.example.com`; undefined: the address of the request. */
  readonly publicOrigin: string | undefined;
  /** PEM; undefined: plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Addresses of proxies; of mode `proxy`, and for plain HTTP from other computers. */
  readonly trustedProxies: readonly string[];
  /** Hosts of clusters that users may connect to; empty: all that are not refused anyway. */
  readonly allowedClusters: readonly string[];
  /** Address of a PipelineRun in another program, with `{namespace}` and `{name}`; undefined: there is none. */
  readonly runUrl: string | undefined;
  /** Folder of the built page. */
  readonly pageFolder: string;
  readonly version: string;
  readonly limits: SessionLimits;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';

import {
  startFakeApi,
  type ApiFault,
  type ApiRequest,
  type FakeApi,
  type FakeApiOptions,
  type FakeKind,
} from '../fakes/api-server.ts';
import { runExport, type ExportRun } from './export-run.ts';

/** A scratch folder and a fake API server for each test, and crane-export run between them. */
export interface ExportScene {
  readonly scratch: string;
  startServer(options: Partial<FakeApiOptions>): Promise<FakeApi>;
  stopServer(): Promise<void>;
  /** Requests that the last server got. */
  requests(): readonly ApiRequest[];
  /** Starts a server with 130 ConfigMaps and two Secrets, unless told otherwise, and exports its namespace `shop`. */
  exportFrom(options: Partial<FakeApiOptions>, flags?: Readonly<Record<string, string>>): Promise<ExportRun>;
}

type Decide = (request: ApiRequest) => ApiFault | undefined;

/** Sets a scene up before each test of a file and clears it away after. */
export function useExportScene(): ExportScene {
  let scratch = '';
  let api: FakeApi | undefined;
  let seen: readonly ApiRequest[] = [];
  beforeEach(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'crane-tasks-export-'));
  });
  async function stopServer(): Promise<void> {
    await api?.stop();
    api = undefined;
  }
  afterEach(async () => {
    await stopServer();
    await rm(scratch, { recursive: true, force: true });
  });
  async function startServer(options: Partial<FakeApiOptions>): Promise<FakeApi> {
    api = await startFakeApi({ kinds: [configMaps, secrets], ...options });
    seen = api.requests;
    return api;
  }
  return {
    get scratch() {
      return scratch;
    },
    startServer,
    stopServer,
    requests: () => seen,
    exportFrom: async (options, flags = {}) => {
      const kubeconfig = await (await startServer(options)).writeKubeconfig(scratch);
      const exportDir = path.join(scratch, 'export');
      return runExport({ kubeconfig, context: 'fake', namespace: 'shop', 'export-dir': exportDir, ...flags });
    },
  };
}

/** A kind with objects of the given names in namespace `shop`. */
export function kindOf(
  plural: string,
  kind: string,
  { names, group = '' }: { names: readonly string[]; group?: string },
): FakeKind {
  const objects = names.map((name) => ({
    metadata: { name, namespace: 'shop', resourceVersion: '3' },
    data: { of: name },
  }));
  return { group, version: 'v1', kind, plural, objects };
}

/** `prefix-0`, `prefix-1` and so on. */
export function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index)}`);
}

export const configMaps = kindOf('configmaps', 'ConfigMap', { names: numbered('cm', 130) });
export const secrets = kindOf('secrets', 'Secret', { names: ['s-1', 's-2'] });
export const listOfMaps = '/api/v1/namespaces/shop/configmaps';
export const forbidden = { kind: 'Status', reason: 'Forbidden', message: 'secrets is forbidden: User "u" cannot list' };

/** Breaks the first `times` requests that a test picks. */
export function first(times: number, picks: (request: ApiRequest) => boolean, fault: ApiFault): Decide {
  let left = times;
  return (request) => {
    if (!picks(request) || left === 0) return undefined;
    left -= 1;
    return fault;
  };
}

/** Whether a request asks for ConfigMaps beyond the first page. */
export function secondPage(request: ApiRequest): boolean {
  return request.path === listOfMaps && request.query.has('continue');
}

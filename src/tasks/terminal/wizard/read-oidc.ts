import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseCommaList } from '../../../domain/core/comma-list.ts';
import { messageOf, TaskError } from '../../../domain/core/errors.ts';
import { stringAt } from '../../../domain/core/json-object.ts';
import type { Log } from '../../../domain/core/ports.ts';
import type { ValuesOf } from '../../../runtime/define-task.ts';
import type { OidcSettings } from '../../../wizard/server/start-wizard.ts';
import type { wizardParams } from './params.ts';

export interface WizardInput {
  readonly params: ValuesOf<typeof wizardParams>;
  readonly workspaces: {
    readonly kubeconfig: string | undefined;
    readonly tls: string | undefined;
    readonly oidc: string | undefined;
  };
}

/**
 * The identity provider of users; undefined when none is named.
 * @throws TaskError `invalid-param`, `invalid-file`
 */
export async function readOidc({ params, workspaces }: WizardInput, log: Log): Promise<OidcSettings | undefined> {
  const { 'oidc-issuer': text, 'oidc-client-id': clientId, 'public-url': publicUrl, mode } = params;
  if (text === undefined) return undefined;
  const issuer = URL.parse(text);
  if (issuer?.protocol !== 'https:') throw refused('--oidc-issuer', `expected https://, got ${JSON.stringify(text)}`);
  if (clientId === undefined) throw refused('--oidc-client-id', 'it is missing');
  if (publicUrl === undefined)
    throw refused('--public-url', 'it is missing, and the provider must send users back there');
  if (mode !== 'deployment') throw refused('--oidc-issuer', `mode ${mode} has another login`);
  const [secret, authority] = await Promise.all([
    readOptional(workspaces.oidc, 'client-secret'),
    readOptional(workspaces.oidc, 'ca.crt'),
  ]);
  return {
    issuer,
    clientId,
    clientSecret: secret === undefined ? undefined : log.redactor.secret(secret.trim()),
    authority,
    redirectUri: `${new URL(publicUrl).origin}/login/callback`,
    scope: [...new Set(['openid', ...parseCommaList(params['oidc-scopes'])])].join(' '),
  };
}

async function readOptional(folder: string | undefined, name: string): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  try {
    return await readFile(join(folder, name), 'utf8');
  } catch (cause) {
    if (stringAt(cause, 'code') === 'ENOENT') return undefined;
    const remedy = 'Give a folder with client-secret, and with ca.crt where the authority is not one of the system.';
    throw new TaskError('invalid-file', `reading ${name} in ${folder}: ${messageOf(cause)}`, { remedy, cause });
  }
}

function refused(option: string, why: string): TaskError {
  const remedy = 'Give --oidc-issuer, --oidc-client-id and --public-url together, in mode deployment.';
  return new TaskError('invalid-param', `${option}: ${why}`, { remedy });
}

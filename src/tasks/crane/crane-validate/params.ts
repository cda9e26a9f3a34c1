import type { Workspace } from '../../../runtime/define-task.ts';
import { claimClassParams, commonParams, kubeconfigDigestParam, sideParams } from '../../shared/params.ts';
import { caBundleWorkspace, kubeconfigWorkspace } from '../../shared/workspaces.ts';

export const validateParams = {
  'destination-context': sideParams.context(
    'destination',
    'Empty: the current context. Not used when a captured surface is given.',
  ),
  'destination-namespace': sideParams.namespace(
    'destination',
    'Its quotas and limits are checked. Empty: quotas and limits are not checked.',
  ),
  'source-context': sideParams.context('source', 'Empty: the rights of the account there are not checked.'),
  'source-namespace': sideParams.namespace('source', 'Empty: as at the destination.'),
  steps: {
    type: 'string',
    list: true,
    default: 'export,images,apply',
    description:
      'What the run will do, for which both accounts need rights. Any of export, images, apply, quiesce and volumes, ' +
      'separated by commas.',
  },
  'source-registry-internal': sideParams.registry('source', 'internal', 'Empty: unknown.'),
  'source-registry-public': sideParams.registry('source', 'public', 'It must answer. Empty: unknown.'),
  'source-registry-tls-verify': sideParams.registryTlsVerify('source'),
  'destination-registry-internal': sideParams.registry('destination', 'internal', 'Empty: unknown.'),
  'destination-registry-public': sideParams.registry('destination', 'public', 'It must answer. Empty: unknown.'),
  'destination-registry-tls-verify': sideParams.registryTlsVerify('destination'),
  images: commonParams.images,
  claims: commonParams.claims,
  'claim-settings': commonParams['claim-settings'],
  ...claimClassParams,
  ...kubeconfigDigestParam,
} as const;

export const validateWorkspaces = {
  manifests: {
    flag: 'manifests-dir',
    optional: true,
    readOnly: true,
    description:
      'The folder with the resources to move: of crane-export, of crane-apply, or with a kustomization. Without it: ' +
      'only the destination is captured and the rights are checked.',
  },
  validate: {
    flag: 'validate-dir',
    defaultPath: 'validate',
    description: 'The folder that gets the report and surface.json.',
  },
  surface: {
    flag: 'surface',
    optional: true,
    readOnly: true,
    description:
      'The folder with an earlier surface.json, or that file: the destination itself is then not asked. Without it: the ' +
      'cluster is asked.',
  },
  kubeconfig: kubeconfigWorkspace,
  'ca-bundle': caBundleWorkspace,
} as const satisfies Readonly<Record<string, Workspace>>;

export const validateResults = {
  'check-count': 'Number of checks made.',
  'gap-count': 'Number of gaps that would stop the move; the report says what to do about each.',
  'unknown-count': 'Number of checks that could not be decided.',
};

import { useTranslation } from 'react-i18next';

import type { ConfigAnswer } from '../../../src/wizard/api/session.ts';
import { Alert } from './alert.tsx';

/** Says what runs need and the cluster does not have. */
export function Installed({ config: { cluster } }: { readonly config: ConfigAnswer }) {
  const { t } = useTranslation();
  if (cluster === undefined) return null;
  const { tekton, namespace } = cluster;
  if (!tekton.isInstalled) return <Alert component="p" variant="warning" isInline title={t('migrations.noTekton')} />;
  if (tekton.pipelines.length > 0 || tekton.message !== '') return null;
  return <Alert component="p" variant="warning" isInline title={t('migrations.noPipelines', { namespace })} />;
}

import { CodeBlock, CodeBlockCode } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';

import type { ObjectsAnswer } from '../../../../src/wizard/api/after.ts';
import type { MigrationAnswer } from '../../../../src/wizard/api/migrations.ts';
import { get } from '../../http/client.ts';
import { Loading } from '../../shared/loading.tsx';
import { ProblemCard } from '../../shared/problem-card.tsx';

/** The objects of a migration; Secrets without their values. */
export function YamlTab({ migration }: { readonly migration: MigrationAnswer }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['migrations', migration.name, 'objects'],
    queryFn: () => get<ObjectsAnswer>(`/migrations/${encodeURIComponent(migration.name)}/objects`),
  });
  if (error !== null) return <ProblemCard error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Loading />;
  return (
    <CodeBlock>
      <CodeBlockCode tabIndex={0}>{data.objects}</CodeBlockCode>
    </CodeBlock>
  );
}

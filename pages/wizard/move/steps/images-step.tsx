import { Checkbox, Content, ExpandableSection, Stack, Switch, Title } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { ImageRow } from '../../../../src/wizard/api/planning.ts';
import { CodeText } from '../../shared/code-text.tsx';
import { formatBytes } from '../../shared/format.ts';
import { useInventory } from '../use-inventory.ts';
import type { StepProps } from '../use-plan.ts';
import { ImageSettings, type ImageAnswers } from './image-settings.tsx';

const outcomes = { copy: 'copied', skip: 'skip', problem: 'problem' } as const;
const noRegistry = { internal: '', public: '' };

/** Which images are copied, and what happens to the others. */
export function ImagesStep({ draft, change, plan }: StepProps) {
  const { t } = useTranslation();
  const { answers } = draft;
  const images: ImageAnswers = answers.images ?? {};
  const set = (more: ImageAnswers): void => change({ type: 'answers', answers: { images: { ...images, ...more } } });
  const { data } = useInventory(draft.inventory);
  const rows = plan.data?.images ?? [];
  const copy = images.copy ?? true;
  const registries = {
    source: data?.inventory?.source.registry ?? noRegistry,
    destination: data?.inventory?.destination.registry ?? noRegistry,
  };
  return (
    <Stack hasGutter>
      <Switch id="copy-images" label={t('images.copy')} isChecked={copy} onChange={(_, isOn) => set({ copy: isOn })} />
      {copy && rows.length === 0 && <Content component="p">{t('images.none')}</Content>}
      {copy && <ImageSettings images={images} registries={registries} set={set} />}
      {copy && <ImageGroups rows={rows} images={images} set={set} />}
    </Stack>
  );
}

interface ImageGroupsProps {
  readonly rows: readonly ImageRow[];
  readonly images: ImageAnswers;
  readonly set: (more: ImageAnswers) => void;
}

/** By class. Groups of which nothing is copied or wrong are folded. */
function ImageGroups({ rows, images, set }: ImageGroupsProps) {
  const { t, i18n } = useTranslation();
  const groups = [...Map.groupBy(rows, ({ imageClass }) => imageClass)];
  return groups.map(([imageClass, members]) => {
    const key = `images.class.${imageClass}`;
    const title = `${i18n.exists(key) ? t(key) : t('images.class.unknown')} (${String(members.length)})`;
    const table = <ImageTable label={title} rows={members} images={images} set={set} />;
    const isFolded = members.every(({ outcome, source }) => outcome === 'skip' && images.exclude?.includes(source) !== true);
    if (isFolded) {
      return (
        <ExpandableSection key={imageClass} toggleText={title}>
          {table}
        </ExpandableSection>
      );
    }
    return (
      <section key={imageClass} aria-label={title}>
        <Title headingLevel="h2">{title}</Title>
        {table}
      </section>
    );
  });
}

function ImageTable({ label, rows, images, set }: ImageGroupsProps & { readonly label: string }) {
  const { t } = useTranslation();
  return (
    <Table aria-label={label} variant="compact">
      <Thead>
        <Tr>
          <Th width={35}>{t('images.name')}</Th>
          <Th width={15}>{t('images.outcome')}</Th>
          <Th width={25}>{t('images.reason')}</Th>
          <Th width={25}>{t('images.digest')}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {rows.map((row) => (
          <ImageTableRow key={`${row.name} ${row.reason}`} row={row} images={images} set={set} />
        ))}
      </Tbody>
    </Table>
  );
}

interface ImageTableRowProps extends Pick<ImageGroupsProps, 'images' | 'set'> {
  readonly row: ImageRow;
}

/** An image that would be copied can be left out, and one with a problem accepted. */
function ImageTableRow({ row, images, set }: ImageTableRowProps) {
  const { t, i18n } = useTranslation();
  const { source, name, outcome, reason, message, digest, size } = row;
  const { exclude = [], allowProblems = [] } = images;
  return (
    <Tr>
      <Td dataLabel={t('images.name')} modifier="breakWord">
        {outcome === 'copy' || exclude.includes(source) ? (
          <Checkbox
            id={`copy-${source}`}
            label={name}
            aria-label={t('images.exclude', { image: source })}
            isChecked={!exclude.includes(source)}
            onChange={(_, isCopied) => set({ exclude: withEntry(exclude, source, !isCopied) })}
          />
        ) : (
          name
        )}
      </Td>
      <Td dataLabel={t('images.outcome')}>
        {t(`images.${outcomes[outcome]}`)}
        {outcome === 'problem' && (
          <Checkbox
            id={`accept-${name}`}
            label={t('images.accept')}
            isChecked={allowProblems.includes(name)}
            onChange={(_, isAccepted) => set({ allowProblems: withEntry(allowProblems, name, isAccepted) })}
          />
        )}
      </Td>
      <Td dataLabel={t('images.reason')} modifier="breakWord">
        <CodeText code={reason} areas={['plan', 'registry']} message={message} />
      </Td>
      <Td dataLabel={t('images.digest')} modifier="breakWord">
        <div>{digest}</div>
        {size !== undefined && <div>{formatBytes(size, i18n.language)}</div>}
      </Td>
    </Tr>
  );
}

function withEntry(entries: readonly string[], entry: string, isIn: boolean): readonly string[] {
  const others = entries.filter((each) => each !== entry);
  return isIn ? [...others, entry] : others;
}

import { Checkbox, Content, FormGroup, FormSelect, FormSelectOption, Switch, Stack } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { MoveAnswers } from '../../../../src/domain/schemas/documents.ts';
import type { ImageRow } from '../../../../src/wizard/api/planning.ts';
import type { StepProps } from '../use-plan.ts';

type ImageAnswers = NonNullable<MoveAnswers['images']>;

const outcomes = { copy: 'copied', skip: 'skip', problem: 'problem' } as const;

/** Which images are copied, and what happens to the others. */
export function ImagesStep({ draft: { answers }, change, plan }: StepProps) {
  const { t } = useTranslation();
  const images: ImageAnswers = answers.images ?? {};
  const set = (more: ImageAnswers): void => change({ type: 'answers', answers: { images: { ...images, ...more } } });
  const rows = plan.data?.images ?? [];
  const copy = images.copy ?? true;
  if (copy && rows.length === 0) return <Content component="p">{t('images.none')}</Content>;
  return (
    <Stack hasGutter>
      <Switch id="copy-images" label={t('images.copy')} isChecked={copy} onChange={(_, isOn) => set({ copy: isOn })} />
      {copy && (
        <>
          <FormGroup label={t('images.ifExists')} fieldId="if-exists">
            <FormSelect
              id="if-exists"
              value={images.ifExists ?? 'fail'}
              onChange={(_, value) => set({ ifExists: value as NonNullable<ImageAnswers['ifExists']> })}
            >
              <FormSelectOption value="fail" label={t('images.fail')} />
              <FormSelectOption value="skip" label={t('images.skipIt')} />
              <FormSelectOption value="replace" label={t('images.replace')} />
            </FormSelect>
          </FormGroup>
          <ImageTable rows={rows} images={images} set={set} />
        </>
      )}
    </Stack>
  );
}

interface ImageTableProps {
  readonly rows: readonly ImageRow[];
  readonly images: ImageAnswers;
  readonly set: (more: ImageAnswers) => void;
}

function ImageTable({ rows, images, set }: ImageTableProps) {
  const { t } = useTranslation();
  return (
    <Table aria-label={t('move.steps.images')} variant="compact">
      <Thead>
        <Tr>
          <Th>{t('images.name')}</Th>
          <Th>{t('images.outcome')}</Th>
          <Th>{t('images.reason')}</Th>
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

interface ImageTableRowProps extends Pick<ImageTableProps, 'images' | 'set'> {
  readonly row: ImageRow;
}

/** An image that would be copied can be left out, and one with a problem accepted. */
function ImageTableRow({ row: { source, name, outcome, reason, message }, images, set }: ImageTableRowProps) {
  const { t } = useTranslation();
  const { exclude = [], allowProblems = [] } = images;
  return (
    <Tr>
      <Td dataLabel={t('images.name')}>
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
      <Td dataLabel={t('images.reason')}>{message === '' ? reason : message}</Td>
    </Tr>
  );
}

function withEntry(entries: readonly string[], entry: string, isIn: boolean): readonly string[] {
  const others = entries.filter((each) => each !== entry);
  return isIn ? [...others, entry] : others;
}

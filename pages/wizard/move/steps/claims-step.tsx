import { Checkbox, Content, FormGroup, FormSelect, FormSelectOption, Stack, TextInput } from '@patternfly/react-core';
import { Table, Tbody, Td, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';

import type { Question } from '../../../../src/domain/planning/questions.ts';
import { Titles } from '../../shared/data-table.tsx';
import { useInventory } from '../use-inventory.ts';
import type { StepProps } from '../use-plan.ts';
import { TransferSettings } from './transfer-settings.tsx';

const prefix = 'claims.settings.';
const suffix = '.move';

/** How each PersistentVolumeClaim is at the destination. */
export function ClaimsStep({ draft, change, plan }: StepProps) {
  const { t } = useTranslation();
  const { data } = useInventory(draft.inventory);
  const questions = new Map((plan.data?.questions ?? []).map((question) => [question.id, question]));
  const names = [...questions.keys()]
    .filter((id) => id.startsWith(prefix) && id.endsWith(suffix))
    .map((id) => id.slice(prefix.length, -suffix.length));
  if (names.length === 0) return <Content component="p">{t('claims.none')}</Content>;
  const claims = draft.answers.claims ?? {};
  const consumers = new Map(data?.inventory?.source.claims.map((claim) => [claim.name, claim.consumers]));
  return (
    <Stack hasGutter>
    <ClassOfAll names={names} questions={questions} set={(name, storageClass) => change({ type: 'claim', claim: { name, storageClass } })} />
    <Table aria-label={t('move.steps.claims')} variant="compact">
      <Titles columns={[t('claims.move'), t('claims.name'), t('claims.usedBy'), t('claims.newName'), t('claims.storageClass'), t('claims.size'), t('claims.accessModes')].map((title) => ({ title }))} />
      <Tbody>
        {names.map((name) => (
          <ClaimRow key={name} name={name} usedBy={consumers.get(name) ?? []} questions={questions} set={(more) => change({ type: 'claim', claim: { name, ...more } })} />
        ))}
      </Tbody>
    </Table>
    <TransferSettings claims={claims} set={(more) => change({ type: 'answers', answers: { claims: more } })} />
    </Stack>
  );
}

interface ClassOfAllProps {
  readonly names: readonly string[];
  readonly questions: ReadonlyMap<string, Question>;
  readonly set: (claim: string, storageClass: string) => void;
}

/** One choice for all claims that are moved; each can be changed afterwards. */
function ClassOfAll({ names, questions, set }: ClassOfAllProps) {
  const { t } = useTranslation();
  const asked = names.flatMap((name) => {
    const question = questions.get(`${prefix}${name}.storageClass`);
    return question === undefined ? [] : [{ name, question }];
  });
  if (asked.length < 2) return null;
  const chosen = new Set(asked.map(({ question }) => String(question.answer)));
  const [common = ''] = chosen.size === 1 ? chosen : [];
  return (
    <FormGroup label={t('claims.classOfAll')} fieldId="class-of-all">
      <FormSelect id="class-of-all" value={common} onChange={(_, storageClass) => storageClass !== '' && asked.forEach(({ name }) => set(name, storageClass))}>
        {common === '' && <FormSelectOption value="" label={t('claims.classOfEach')} />}
        {(asked[0]?.question.choices ?? []).map(({ value, label }) => (
          <FormSelectOption key={value} value={value} label={labelOf(value, label, t('claims.default'))} />
        ))}
      </FormSelect>
    </FormGroup>
  );
}

const accessModes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod'];

/** `fast (example.com/disk, default)`. */
function labelOf(value: string, label: string, byDefault: string): string {
  const notes = label.split(', ').map((note) => (note === 'default' ? byDefault : note));
  return label === '' ? value : `${value} (${notes.join(', ')})`;
}

interface ClaimRowProps {
  readonly name: string;
  /** Workloads that mount it. */
  readonly usedBy: readonly string[];
  readonly questions: ReadonlyMap<string, Question>;
  readonly set: (more: Readonly<Record<string, string | boolean | readonly string[]>>) => void;
}

function ClaimRow({ name, usedBy, questions, set }: ClaimRowProps) {
  const { t } = useTranslation();
  const answerOf = (field: string): string => String(questions.get(`${prefix}${name}.${field}`)?.answer ?? '');
  const isMoved = answerOf('move') === 'true';
  const classes = questions.get(`${prefix}${name}.storageClass`)?.choices ?? [];
  const chosen = answerOf('storageClass');
  const given = questions.get(`${prefix}${name}.accessModes`)?.answer;
  const modes = Array.isArray(given) ? given : [];
  const text = (field: 'newName' | 'size') => (
    <TextInput
      aria-label={`${t(`claims.${field}`)}: ${name}`}
      value={answerOf(field)}
      isDisabled={!isMoved}
      onChange={(_, value) => set({ [field]: value })}
    />
  );
  return (
    <Tr>
      <Td dataLabel={t('claims.move')}>
        <Checkbox id={`move-${name}`} aria-label={t('claims.moveClaim', { claim: name })} isChecked={isMoved} onChange={(_, move) => set({ move })} />
      </Td>
      <Td dataLabel={t('claims.name')}>{name}</Td>
      <Td dataLabel={t('claims.usedBy')}>{usedBy.join(', ')}</Td>
      <Td dataLabel={t('claims.newName')}>{text('newName')}</Td>
      <Td dataLabel={t('claims.storageClass')}>
        <FormSelect
          aria-label={`${t('claims.storageClass')}: ${name}`}
          value={chosen}
          isDisabled={!isMoved}
          onChange={(_, storageClass) => set({ storageClass })}
        >
          {chosen === '' && <FormSelectOption value="" label="" />}
          {classes.map(({ value, label }) => (
            <FormSelectOption key={value} value={value} label={labelOf(value, label, t('claims.default'))} />
          ))}
        </FormSelect>
      </Td>
      <Td dataLabel={t('claims.size')}>{text('size')}</Td>
      <Td dataLabel={t('claims.accessModes')}>
        <Modes name={name} modes={modes} isMoved={isMoved} set={set} />
      </Td>
    </Tr>
  );
}

interface ModesProps extends Pick<ClaimRowProps, 'name' | 'set'> {
  readonly modes: readonly string[];
  readonly isMoved: boolean;
}

function Modes({ name, modes, isMoved, set }: ModesProps) {
  const { t } = useTranslation();
  const given = modes.join(',');
  return (
    <FormSelect
      aria-label={`${t('claims.accessModes')}: ${name}`}
      value={given}
      isDisabled={!isMoved}
      onChange={(_, value) => set({ accessModes: value.split(',') })}
    >
      {[...new Set([given, ...accessModes])].map((each) => (
        <FormSelectOption key={each} value={each} label={each} />
      ))}
    </FormSelect>
  );
}

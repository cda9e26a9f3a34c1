import { Button, Checkbox, DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm, ExpandableSection, Flex, FormSelect, FormSelectOption, SearchInput, Title, Stack } from '@patternfly/react-core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';

import type { LineLevel } from '../../../src/domain/runs/shown-line.ts';
import type { TaskSummary } from '../../../src/wizard/api/migrations.ts';
import { changeSettings, useSettings } from '../settings/settings.ts';
import { ProblemCard } from '../shared/problem-card.tsx';
import { LogLines } from './log-lines.tsx';
import { useLog, type LogState, type NumberedLine } from './use-log.ts';

interface TaskLogProps {
  /** Of the run in the API. */
  readonly path: string;
  readonly task: TaskSummary;
  readonly close: () => void;
}

const levels: readonly LineLevel[] = ['debug', 'info', 'warn', 'error'];

/** The log of a step of a task. */
export function TaskLog({ path, task, close }: TaskLogProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const { name, steps, pod } = task;
  const given = steps.find((step) => step.name === query.get('step'));
  const step = given ?? steps.find(({ hasEnded }) => !hasEnded) ?? steps.at(-1);
  const address = `/api/v1${path}/tasks/${encodeURIComponent(name)}/log?step=${encodeURIComponent(step?.name ?? '')}`;
  const log = useLog(step === undefined || pod === '' ? '' : `${address}&follow=true&timestamps=true`);
  const label = t('run.log', { task: name });
  const choose = (chosen: string): void => setQuery({ task: name, step: chosen });
  const marked = Number(query.get('line') ?? '');
  return (
    <section aria-label={label}>
      <Stack hasGutter>
        <Flex>
          <Title headingLevel="h2">{label}</Title>
          <Button variant="secondary" size="sm" onClick={close}>
            {t('run.closeLog')}
          </Button>
          {step !== undefined && (
            <Button variant="link" component="a" href={`${address}&download=true`}>
              {t('run.download')}
            </Button>
          )}
        </Flex>
        {steps.length > 1 && (
          <FormSelect aria-label={t('run.step')} value={step?.name ?? ''} onChange={(_, value) => choose(value)}>
            {steps.map((each) => (
              <FormSelectOption key={each.name} value={each.name} label={each.name} />
            ))}
          </FormSelect>
        )}
        <TaskResults results={task.results} />
        {log.error !== undefined && <ProblemCard error={log.error} />}
        {step === undefined || pod === '' ? (
          <p>{t(task.endedAt === '' ? 'run.noLog' : 'run.noPod')}</p>
        ) : (
          <LogView label={label} log={log} marked={marked} linkOf={(line) => `?${new URLSearchParams({ task: name, step: step.name, line: String(line) }).toString()}`} />
        )}
      </Stack>
    </section>
  );
}

function TaskResults({ results }: Pick<TaskSummary, 'results'>) {
  const { t } = useTranslation();
  const given = Object.entries(results).filter(([, value]) => value !== '');
  if (given.length === 0) return null;
  return (
    <ExpandableSection toggleText={t('run.results')}>
      <DescriptionList isHorizontal isCompact>
        {given.map(([name, value]) => (
          <DescriptionListGroup key={name}>
            <DescriptionListTerm>{name}</DescriptionListTerm>
            <DescriptionListDescription>
              <bdi>{value}</bdi>
            </DescriptionListDescription>
          </DescriptionListGroup>
        ))}
      </DescriptionList>
    </ExpandableSection>
  );
}

interface LogViewProps {
  readonly label: string;
  readonly log: LogState;
  readonly marked: number;
  readonly linkOf: (line: number) => string;
}

/** What a user chooses of a log, and its lines. */
function LogView({ label, log, marked, linkOf }: LogViewProps) {
  const { t } = useTranslation();
  const [isFollowing, setFollowing] = useState(marked === 0);
  const { wrapsLog: isWrapped, showsLogTimes: hasTimes } = useSettings();
  const [level, setLevel] = useState<LineLevel>('debug');
  const chosen = useLevel(log, level);
  const found = useSearch(chosen, () => setFollowing(false));
  const onLink = (): void => {
    setFollowing(false);
    found.setSearch('');
  };
  const shown = found.line ?? (found.wanted === '' ? marked : 0);
  return (
    <>
      <Flex>
        <LogSearch found={found} />
        <Checkbox id="log-wrap" label={t('run.wrap')} isChecked={isWrapped} onChange={(_, value) => changeSettings({ wrapsLog: value })} />
        <Checkbox id="log-times" label={t('run.times')} isChecked={hasTimes} onChange={(_, value) => changeSettings({ showsLogTimes: value })} />
        <div>
          <FormSelect aria-label={t('run.level')} value={level} onChange={(_, value) => setLevel(value as LineLevel)}>
            {levels.map((each) => (
              <FormSelectOption key={each} value={each} label={t(`run.levels.${each}`)} />
            ))}
          </FormSelect>
        </div>
        <Checkbox id="log-follow" label={t('run.follow')} isChecked={isFollowing} onChange={(_, value) => setFollowing(value)} />
      </Flex>
      <LogLines {...chosen}
        {...{ label, isWrapped, hasTimes, isFollowing, setFollowing, linkOf, onLink }} marked={shown} search={found.wanted} />
      <p role="status">{t(log.hasEnded ? 'run.allLines' : isFollowing ? 'run.following' : 'run.paused', { count: log.count })}</p>
    </>
  );
}

interface FoundLines {
  readonly search: string;
  /** In lower case. */
  readonly wanted: string;
  readonly setSearch: (search: string) => void;
  /** Number of the line that is looked at. */
  readonly line: number | undefined;
  /** `2 / 7`. */
  readonly place: string;
  readonly move: (by: number) => void;
}

function useSearch(chosen: ChosenLines, onSearch: () => void): FoundLines {
  const [search, set] = useState('');
  const [current, setCurrent] = useState(0);
  const wanted = search.toLowerCase();
  const hits = useMemo(
    () => (wanted === '' ? [] : chosen.lines.filter(({ lower }) => lower.includes(wanted))),
    [chosen, wanted],
  );
  return {
    search,
    wanted,
    setSearch: (text) => {
      set(text);
      setCurrent(0);
      if (text !== '') onSearch();
    },
    line: hits[current]?.number,
    place: `${String(hits.length === 0 ? 0 : current + 1)} / ${String(hits.length)}`,
    move: (by) => {
      onSearch();
      setCurrent((known) => (hits.length === 0 ? 0 : (known + by + hits.length) % hits.length));
    },
  };
}

function LogSearch({ found: { search, setSearch, place, move } }: { readonly found: FoundLines }) {
  const { t } = useTranslation();
  return (
    <SearchInput
      aria-label={t('run.searchLog')}
      placeholder={t('run.searchLog')}
      value={search}
      onChange={(_, value) => setSearch(value)}
      onSearch={() => move(1)}
      onClear={() => setSearch('')}
      onNextClick={() => move(1)}
      onPreviousClick={() => move(-1)}
      nextNavigationButtonAriaLabel={t('run.next')}
      previousNavigationButtonAriaLabel={t('run.previous')}
      resetButtonLabel={t('run.clear')}
      resultsCountContext={t('run.hits')}
      {...(search === '' ? {} : { resultsCount: place })}
    />
  );
}

interface ChosenLines {
  readonly lines: readonly NumberedLine[];
  readonly count: number;
}

/** The lines of a level and above. Lines of other programs have none: they are always there. */
function useLevel({ lines, count }: LogState, level: LineLevel): ChosenLines {
  return useMemo(() => {
    const least = levels.indexOf(level);
    if (least === 0) return { lines, count };
    const found = lines.filter(({ line }) => line.level === undefined || levels.indexOf(line.level) >= least);
    return { lines: found, count: found.length };
  }, [lines, count, level]);
}

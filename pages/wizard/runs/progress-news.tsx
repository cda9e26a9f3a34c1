import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { RunAnswer } from '../../../src/wizard/api/migrations.ts';
import type { Progress } from './use-progress.ts';

interface ProgressNewsProps {
  readonly run: RunAnswer;
  readonly progress: Progress | undefined;
}

/** Milliseconds between two announcements of progress. */
const interval = 10_000;

/** Says to screen readers how far the run is: at each change of its state, and else at most every 10 s. */
export function ProgressNews({ run, progress }: ProgressNewsProps) {
  const { t } = useTranslation();
  const [said, setSaid] = useState('');
  const saidAt = useRef(0);
  const saidPhase = useRef('');
  const parts = (['image', 'claim', 'object'] as const).flatMap((kind) => {
    const counts = progress?.counts[kind];
    return counts === undefined || counts.all === 0 ? [] : [t('run.news', { kind: t(`run.tabs.${kind}`), ...counts })];
  });
  const text = [t('run.newsPhase', { phase: t(`phase.${run.phase}`) }), ...parts].join(' ');
  useEffect(() => {
    const wait = saidPhase.current === run.phase ? saidAt.current + interval - Date.now() : 0;
    const timer = setTimeout(() => {
      saidAt.current = Date.now();
      saidPhase.current = run.phase;
      setSaid(text);
    }, Math.max(0, wait));
    return () => clearTimeout(timer);
  }, [text, run.phase]);
  return (
    <div role="status" className="pf-v6-screen-reader">
      {said}
    </div>
  );
}

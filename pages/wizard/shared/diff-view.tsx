import { useMemo } from 'react';

import { diffLines } from './line-diff.ts';

interface DiffViewProps {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** Two texts with their lines beside each other: `-` only before, `+` only after. */
export function DiffView({ label, before, after }: DiffViewProps) {
  const lines = useMemo(() => diffLines(before, after), [before, after]);
  return (
    <section className="crane-diff" aria-label={label} tabIndex={0}>
      {lines.map(({ mark, text }, index) => {
        const Line = mark === '+' ? 'ins' : mark === '-' ? 'del' : 'span';
        // Lines have no other identity than their place.
        return <Line key={index}>{`${mark} ${text}`}</Line>;
      })}
    </section>
  );
}

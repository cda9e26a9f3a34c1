import { stageGroups, type Stage, type TaskCard } from './task-card.ts';

/** The text of `crane-tasks --help`: what people run, by groups in the order of a move. */
export function formatOverview(cards: readonly TaskCard[]): string {
  const shown = cards.filter(({ internal }) => !internal);
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  const groups = stageGroups.flatMap(({ title, stages }) => {
    const group: readonly Stage[] = stages;
    const rows = shown.filter(({ stage }) => group.includes(stage));
    return rows.length === 0
      ? []
      : [`${title}:`, ...rows.map((row) => `  ${row.name.padEnd(width)}  ${row.summary}`), ''];
  });
  return [
    'crane-tasks <task> [options]',
    '',
    'Moves an application between Kubernetes and OpenShift clusters, one task at a time. In the order of a move:',
    '',
    ...groups,
    "Run 'crane-tasks <task> --help' for what a task does, its options and examples.",
    '',
  ].join('\n');
}

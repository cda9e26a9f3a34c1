export type { ProgressRow, RowKind, RowState } from '../../domain/progress/progress-row.ts';
export type { KindCounts, ProgressCounts, TaskProgress } from '../../domain/progress/run-progress.ts';

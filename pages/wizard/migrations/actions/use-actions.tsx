import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';

import type { ActionName } from '../../../../src/domain/planning/allowed-actions.ts';
import type { MigrationAnswer, MigrationSummary, StartRunAnswer, StartRunRequest } from '../../../../src/wizard/api/migrations.ts';
import { get, post, remove } from '../../http/client.ts';
import type { Carried } from '../../move/carried-draft.ts';
import { CutoverDialog } from './cutover-dialog.tsx';
import { RemoveDialog } from './remove-dialog.tsx';

export interface MigrationActions {
  readonly perform: (action: ActionName) => void;
  readonly isPending: boolean;
  readonly error: unknown;
  /** The dialog that is open, if any. */
  readonly dialog: ReactNode;
}

/** Does what a user asks for: at once, in a dialog, or on a page of its own. */
export function useActions(migration: MigrationSummary): MigrationActions {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [open, setOpen] = useState<'cutover' | 'delete' | undefined>();
  const path = `/migrations/${encodeURIComponent(migration.name)}`;
  const update = () => queries.invalidateQueries({ queryKey: ['migrations'] });
  const show = async ({ run }: StartRunAnswer): Promise<void> => {
    await update();
    if (run !== '') await navigate(`/runs/${encodeURIComponent(run)}`);
  };
  const start = useMutation({
    mutationFn: (action: StartRunRequest['action']) => post<StartRunAnswer>(`${path}/runs`, { action }),
    onSuccess: show,
  });
  const restart = useMutation({ mutationFn: () => post<StartRunAnswer>(`${path}/source/start`, {}), onSuccess: show });
  const cancel = useMutation({
    mutationFn: (run: string) => post(`/runs/${encodeURIComponent(run)}/cancel`, {}),
    onSuccess: update,
  });
  const erase = useMutation({ mutationFn: () => remove(path), onSuccess: () => update().then(() => navigate('/')) });
  const change = useChange(path);
  const perform = (action: ActionName): void => {
    const wanted = action === 'retry' ? repeated(migration) : action;
    if (wanted === 'cutover' || wanted === 'delete') setOpen(wanted);
    else if (isStart(wanted)) start.mutate(wanted);
    else if (wanted === 'restart-source') restart.mutate();
    else if (wanted === 'cancel') cancel.mutate(migration.lastRun?.name ?? '');
    else if (wanted === 'change') change.mutate();
    else if (wanted === 'take-back') void navigate(`${path}/take-back`);
    else if (wanted === 'renew') void navigate(`${path}?tab=credentials`);
  };
  const close = (): void => setOpen(undefined);
  const dialog =
    open === 'cutover' ? (
      <CutoverDialog name={migration.name} isPending={start.isPending} error={start.error} onConfirm={() => start.mutate('cutover')} onClose={close} />
    ) : open === 'delete' ? (
      <RemoveDialog name={migration.name} isPending={erase.isPending} error={erase.error} onConfirm={() => erase.mutate()} onClose={close} />
    ) : undefined;
  return {
    perform,
    isPending: [start, restart, cancel, erase, change].some((each) => each.isPending),
    error: [start, restart, cancel, change].map((each) => each.error).find((each) => each !== null) ?? null,
    dialog,
  };
}

/** Opens the steps with the answers of a migration; its YAML when they cannot be read. */
function useChange(path: string) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => get<MigrationAnswer>(path),
    onSuccess: ({ name, given }) => {
      const state: Carried | undefined = given === undefined ? undefined : { answers: given, migration: name };
      return state === undefined ? navigate(`${path}?tab=yaml`) : navigate('/move', { state });
    },
  });
}

/** A retry is a new run that does the same. */
function repeated({ lastRun }: MigrationSummary): ActionName {
  const moves = ['stage', 'cutover', 'app', 'images'] as const;
  return moves.find((move) => move === lastRun?.action) ?? 'retry';
}

const starts: readonly string[] = ['stage', 'app', 'images', 'verify', 'validate', 'accept'];

function isStart(action: ActionName): action is 'stage' | 'app' | 'images' | 'verify' | 'validate' | 'accept' {
  return starts.includes(action);
}

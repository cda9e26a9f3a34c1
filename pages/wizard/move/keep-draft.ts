import { emptyDraft, type Draft } from './draft.ts';

const key = 'crane-tasks.draft';

/** The draft of this tab before a reload. Tokens were never part of it: clusters that need one must be connected again. */
export function keptDraft(): Draft {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '') as Draft;
    if (typeof kept.answers.name !== 'string') return emptyDraft;
    return { ...emptyDraft, ...kept };
  } catch {
    return emptyDraft;
  }
}

/** Keeps the draft in this tab. A connection by token is left out, with the inventory that it was taken by. */
export function keepDraft(draft: Draft): void {
  if (draft === emptyDraft) {
    sessionStorage.removeItem(key);
    return;
  }
  const all = Object.entries(draft.connections);
  // Only contexts and the cluster of the runs have no certificate: the server logs in to these itself.
  const lasting = all.filter(([, connection]) => connection.certificate === undefined);
  const inventory = lasting.length === all.length ? draft.inventory : '';
  sessionStorage.setItem(key, JSON.stringify({ ...draft, connections: Object.fromEntries(lasting), inventory }));
}

import { askFirst } from './http/first-answers.ts';

// The first requests do not wait until the code of the page is loaded.
const first = askFirst();
const { startPage } = await import('./start.tsx');
await startPage(first);

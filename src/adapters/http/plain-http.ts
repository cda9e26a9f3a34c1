import type * as http from 'node:http';
import { createRequire } from 'node:module';

/**
 * The module node:http. An `import` of its values reads every export of it, and one of those loads all of undici: a
 * third of a program's start-up time, for names that this program does not use. `require` reads what is asked for.
 */
export const plainHttp = createRequire(import.meta.url)('node:http') as typeof http;

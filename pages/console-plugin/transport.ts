import { consoleFetch } from '@openshift-console/dynamic-plugin-sdk';

/** Where the console passes requests of this plugin on to the server of the wizard, with the token of the user. */
const proxy = '/api/proxy/plugin/crane-tasks/wizard';

/**
 * The `fetch` of the pages in the console: the build puts it in the place of the global one. The console's own adds the
 * token against forged requests, and throws where a browser answers.
 */
async function fetchByConsole(input: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await consoleFetch(`${proxy}${input}`, init);
  } catch (error) {
    const { response, json } = error as { readonly response?: Response; readonly json?: unknown };
    if (response === undefined) throw error;
    // The body was read for the error.
    const body = response.bodyUsed ? JSON.stringify(json ?? {}) : response.body;
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers });
  }
}

/** As `fetchByConsole`. A stream of events only reads, so it needs no token. */
class ConsoleEventSource extends globalThis.EventSource {
  constructor(url: string, init?: EventSourceInit) {
    super(`${proxy}${url}`, init);
  }
}

export { fetchByConsole as fetch, ConsoleEventSource as EventSource };

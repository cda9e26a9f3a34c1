import { once } from 'node:events';
import { request as openRequest, type IncomingMessage } from 'node:http';

import type { WizardEvent } from '../../src/wizard/api/events.ts';
import type { WizardProcess } from './wizard.ts';

export interface SentEvent {
  readonly id: string;
  readonly type: string;
  readonly data: WizardEvent;
}

export interface FollowedEvents {
  /** Without heartbeats. */
  readonly events: readonly SentEvent[];
  readonly heartbeats: () => number;
  readonly close: () => void;
}

/** Reads server-sent events as a browser does. @param lastEventId of an earlier stream with the same topics */
export async function followEvents(wizard: WizardProcess, topics: string, lastEventId = ''): Promise<FollowedEvents> {
  const path = `/api/v1/events?topics=${topics}`;
  const { port } = wizard;
  const headers = { cookie: wizard.cookie(), ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) };
  const request = openRequest({ host: '127.0.0.1', port, path, headers, agent: false });
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) throw new Error(`following events: status ${String(response.statusCode)}`);
  const events: SentEvent[] = [];
  let heartbeats = 0;
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.split(': ', 1)[0], line.replace(/^\w+: /, '')]));
      const type = fields.get('event') ?? '';
      if (type === 'heartbeat') heartbeats += 1;
      else if (type !== '')
        events.push({ id: fields.get('id') ?? '', type, data: JSON.parse(fields.get('data') ?? '') as WizardEvent });
    }
  });
  return { events, heartbeats: () => heartbeats, close: () => request.destroy() };
}

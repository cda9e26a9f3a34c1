import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { statusError } from '../../../src/adapters/kube/answer-errors.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { ClusterStatusError } from '../../../src/domain/kube/status-error.ts';
import type { Outcome } from '../../../src/domain/reports/outcome.ts';
import { explainRefusal } from '../../../src/domain/apply/apply-refusal.ts';
import { describePluginError, parsePluginLine } from '../../../src/domain/transform/plugin-protocol.ts';
import { Secret } from '../../../src/domain/core/secret.ts';
import { noteSecretValues } from '../../../src/domain/export/note-secret-values.ts';
import { complaintOf } from '../../../src/domain/git/complaint.ts';
import { readSkopeoMessage } from '../../../src/domain/images/skopeo/skopeo-messages.ts';
import { formatVerification } from '../../../src/domain/verify/format-verification.ts';
import { unifiedDiff } from '../../../src/domain/verify/unified-diff.ts';
import { shortenComplaint } from '../../../src/adapters/processes/build-kustomization.ts';
import { defineTask } from '../../../src/runtime/define-task.ts';
import { createLog } from '../../../src/runtime/log.ts';
import { runTask } from '../../../src/runtime/run-task.ts';
import { recordOfKind } from '../../../src/usecases/export/failures.ts';
import { summarizeReports } from '../../../src/usecases/reports/summarize-reports.ts';
import { aHost } from '../../builders/host.ts';
import { anyQuote, anySecret, piecesShown, plant, stringsOf } from '../../builders/planted-secret.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, verbs: [] };
const runs = { numRuns: 40 };
const flags = { 'out-dir': '/out' };

/** Where a secret begins: around the places where texts are cut. */
const anyPlace = fc.oneof(fc.integer({ min: 0, max: 320 }), fc.integer({ min: 500, max: 1010 }));

/** Makes a value known as a login of the run, or as a value of an application's Secret. */
const anyKnowing = fc.constantFrom<((text: string) => unknown)[]>(
  (text) => new Secret(text),
  (text) => {
    noteSecretValues({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: { password: text } });
  },
  (text) => {
    const data = { password: Buffer.from(text).toString('base64') };
    noteSecretValues({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data });
  },
);

const anyPlanted = fc
  .record({ secret: anySecret, quote: anyQuote, place: anyPlace, know: anyKnowing })
  .map(({ secret, quote, place, know }) => {
    const quoted = quote(secret);
    return { secret, quoted, text: plant(quoted, place), know };
  });

/** The error of a server that quotes a value in its message, in a detail and in a key. */
function refusal(quoted: string, text: string): ClusterStatusError {
  const causes = [{ field: `spec.${quoted}`, message: `${text} ${'x'.repeat(300)}: ${text}` }];
  const body = { kind: 'Status', message: text, reason: quoted, details: { causes, [quoted]: text } };
  return statusError({ status: 403, headers: {}, text: JSON.stringify(body) }, body, 'GET /api/v1/configmaps');
}

const aTask = (run: () => Promise<Outcome<'told'>>) =>
  defineTask({
    ...{ name: 'sample', family: 'crane', stage: 'export', summary: 's' },
    ...{ description: 'd', examples: ['sample --out-dir out'] },
    params: {},
    workspaces: { out: { flag: 'out-dir', description: 'Output.' } },
    results: { told: 'What was told.' },
    reportIn: 'out',
    run,
  });

describe('a secret that a server quotes', () => {
  it('is in no report, result, summary or last line, in no form and in no piece', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlanted, async ({ secret, quoted, text, know }) => {
        know(secret);
        const error = refusal(quoted, text);
        const { message } = error;
        const item = { id: 'v1 ConfigMap shop/a', outcome: 'failed', reason: 'denied', message } as const;
        const ending = { items: [item], results: { told: message }, summary: message };
        const [ended, printed, thrown] = [aHost(), aHost({ resultsFolder: undefined }), aHost()];
        const hosts = [ended, printed, thrown];
        for (const host of [ended, printed])
          await runTask(
            aTask(() => Promise.resolve(ending)),
            flags,
            host,
          );
        await runTask(
          aTask(() => Promise.reject(error)),
          flags,
          thrown,
        );
        const { stdout = '' } = await summarizeReports(
          { status: '', folder: ended.openFolder('/out'), tasks: [] },
          ended.log,
        );
        const written = hosts.flatMap(({ files, outputs, errors }) => [...files.values(), ...outputs, ...errors]);
        expect(piecesShown(secret, [...written, ...written.flatMap(parsed), stdout])).toEqual([]);
      }),
      runs,
    );
  });

  it('is in no file of failures', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, quoted, text, know }) => {
        know(secret);
        const error = refusal(quoted, text);
        const file = yamlCodec.format(recordOfKind(configMaps, error));
        expect(piecesShown(secret, [file, ...stringsOf(yamlCodec.parse(file, 'a.yaml'))])).toEqual([]);
      }),
      runs,
    );
  });

  it('is in no line of the log, for people or as JSON', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, text, know }) => {
        know(secret);
        const lines: string[] = [];
        for (const format of ['text', 'json'] as const) {
          const stream = { write: (line: string) => lines.push(line) };
          const log = createLog({ format, debug: true, stream, now: () => 0 });
          log.warn(text);
          log.progress(1, 2, text);
        }
        expect(piecesShown(secret, [...lines, ...lines.flatMap(parsed)])).toEqual([]);
      }),
      runs,
    );
  });

  it('is in nothing that is cut short', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, quoted, text, know }) => {
        know(secret);
        const item = { id: 'a', outcome: 'failed', reason: 'r', message: text } as const;
        const texts = [
          explainRefusal(refusal(quoted, text)),
          complaintOf('pushing', `fatal: ${text}`).message,
          readSkopeoMessage(`time="x" level=fatal msg=${JSON.stringify(text)}`).text,
          readSkopeoMessage(text).text,
          shortenComplaint(`Error: ${text}`),
          describePluginError(JSON.stringify({ type: 'Error', message: text })),
          describePluginError(`error: ${text}`),
          ...text.split('\n').map((line) => parsePluginLine(`level=info ${line}`)?.text ?? ''),
          unifiedDiff('a: 1\n', `a: ${text}\n`),
          formatVerification([{ title: 't', findings: [{ item }] }]),
        ];
        expect(piecesShown(secret, texts)).toEqual([]);
      }),
      runs,
    );
  });
});

function parsed(text: string): readonly string[] {
  try {
    return stringsOf(JSON.parse(text));
  } catch {
    return [];
  }
}

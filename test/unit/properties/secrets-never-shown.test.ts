import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { statusError } from '../../../src/adapters/kube/answer-errors.ts';
import { yamlCodec } from '../../../src/adapters/yaml/yaml-codec.ts';
import type { ClusterStatusError } from '../../../src/domain/kube/status-error.ts';
import type { Outcome } from '../../../src/domain/reports/outcome.ts';
import { explainRefusal } from '../../../src/domain/apply/apply-refusal.ts';
import { describePluginError, parsePluginLine } from '../../../src/domain/transform/plugin-protocol.ts';
import { Redactor } from '../../../src/domain/core/secret.ts';
import { noteSecretValues } from '../../../src/domain/export/sealed-secret.ts';
import { complaintOf } from '../../../src/domain/git/complaint.ts';
import { readSkopeoMessage } from '../../../src/domain/images/skopeo/skopeo-messages.ts';
import { formatSummaryText } from '../../../src/domain/containerize/format-summary.ts';
import { formatHtml } from '../../../src/domain/containerize/page/format-html.ts';
import { formatSummaryJson, redactSummary, summarizeImage } from '../../../src/domain/containerize/summary.ts';
import { TaskError } from '../../../src/domain/core/errors.ts';
import { toProblem } from '../../../src/wizard/server/problems/to-problem.ts';
import { formatVerification } from '../../../src/domain/verify/format-verification.ts';
import { unifiedDiff } from '../../../src/usecases/verify/unified-diff.ts';
import { shortenComplaint } from '../../../src/adapters/processes/build-kustomization.ts';
import { defineTask } from '../../../src/runtime/define-task.ts';
import { createLog } from '../../../src/runtime/log.ts';
import { runTask } from '../../../src/runtime/run-task.ts';
import { recordOfKind } from '../../../src/usecases/export/failures.ts';
import { sha256Of } from '../../../src/adapters/files/digest.ts';
import { summarizeReports } from '../../../src/usecases/reports/summarize-reports.ts';
import { aHost } from '../../builders/host.ts';
import { fileEntry, jupyterFacts } from '../../builders/image-summary.ts';
import { anyQuote, anySecret, piecesShown, plant, stringsOf } from '../../builders/planted-secret.ts';

const configMaps = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true, verbs: [] };
const runs = { numRuns: 40 };
const flags = { 'out-dir': '/out' };

/** Where a secret begins: around the places where texts are cut. */
const anyPlace = fc.oneof(fc.integer({ min: 0, max: 320 }), fc.integer({ min: 500, max: 1010 }));

/** Makes a value known as a login of the run, or as a value of an application's Secret. */
const anyKnowing = fc.constantFrom<((text: string, redactor: Redactor) => unknown)[]>(
  (text, redactor) => redactor.secret(text),
  (text, redactor) => {
    noteSecretValues(
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, stringData: { password: text } },
      redactor,
    );
  },
  (text, redactor) => {
    const data = { password: Buffer.from(text).toString('base64') };
    noteSecretValues({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login' }, data }, redactor);
  },
);

const anyPlanted = fc
  .record({ secret: anySecret, quote: anyQuote, place: anyPlace, know: anyKnowing })
  .map(({ secret, quote, place, know }) => {
    const quoted = quote(secret);
    const redactor = new Redactor();
    know(secret, redactor);
    return { secret, quoted, text: plant(quoted, place), redactor };
  });

/** The error of a server that quotes a value in its message, in a detail and in a key. */
function refusal(quoted: string, text: string, redactor: Redactor): ClusterStatusError {
  const causes = [{ field: `spec.${quoted}`, message: `${text} ${'x'.repeat(300)}: ${text}` }];
  const body = { kind: 'Status', message: text, reason: quoted, details: { causes, [quoted]: text } };
  const answer = { status: 403, headers: {}, body: Buffer.from(JSON.stringify(body)) };
  return statusError({ answer, body, doing: 'GET /api/v1/configmaps' }, redactor);
}

const aTask = (run: () => Promise<Outcome<'told'>>) =>
  defineTask({
    ...{ name: 'sample', family: 'crane', stage: 'export', summary: 's' },
    ...{ description: 'd', examples: ['sample --out-dir out'] },
    params: {},
    workspaces: { out: { flag: 'out-dir', description: 'Output.' } },
    reasons: ['registry'],
    results: { told: 'What was told.' },
    reportIn: 'out',
    run,
  });

describe('a secret that a server quotes', () => {
  it('is in no report, result, summary or last line, in no form and in no piece', async () => {
    await fc.assert(
      fc.asyncProperty(anyPlanted, async ({ secret, quoted, text, redactor }) => {
        const error = refusal(quoted, text, redactor);
        const { message } = error;
        const item = { id: 'v1 ConfigMap shop/a', outcome: 'failed', reason: 'denied', message } as const;
        const ending = { items: [item], results: { told: message }, summary: message };
        const [ended, printed, thrown] = [
          aHost({ redactor }),
          aHost({ resultsFolder: undefined, redactor }),
          aHost({ redactor }),
        ];
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
        const lines: string[] = [];
        const { stdout = '' } = await summarizeReports(
          { status: '', folder: ended.openFolder('/out'), tasks: [], isPrinted: true },
          { log: ended.log, print: (line) => void lines.push(ended.log.redactor.redact(line)), sha256: sha256Of },
        );
        const written = hosts.flatMap(({ files, outputs, errors }) => [...files.values(), ...outputs, ...errors]);
        expect(piecesShown(secret, [...written, ...written.flatMap(parsed), ...lines, stdout])).toEqual([]);
      }),
      runs,
    );
  });

  it('is in no file of failures', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, quoted, text, redactor }) => {
        const error = refusal(quoted, text, redactor);
        const file = yamlCodec.format(recordOfKind(configMaps, { error, objects: [] }, redactor));
        expect(piecesShown(secret, [file, ...stringsOf(yamlCodec.parse(file, 'a.yaml'))])).toEqual([]);
      }),
      runs,
    );
  });

  it('is in no line of the log, for people or as JSON', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, text, redactor }) => {
        const lines: string[] = [];
        for (const format of ['text', 'json'] as const) {
          const stream = { write: (line: string) => lines.push(line) };
          const log = createLog({ redactor, format, debug: true, stream, now: () => 0 });
          log.warn(text);
          log.progress(1, 2, text);
          log.progress(1, 2, { id: text, message: text });
          log.item({ id: text, outcome: 'failed', reason: 'different', message: text });
          log.item({ id: text, outcome: 'done', reason: 'different' }, text);
        }
        expect(piecesShown(secret, [...lines, ...lines.flatMap(parsed)])).toEqual([]);
      }),
      runs,
    );
  });

  it('is in nothing that is cut short', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, quoted, text, redactor }) => {
        const item = { id: 'a', outcome: 'failed', reason: 'different', message: text } as const;
        const texts = [
          explainRefusal(refusal(quoted, text, redactor), redactor),
          complaintOf('pushing', `fatal: ${text}`, redactor).message,
          readSkopeoMessage(`time="x" level=fatal msg=${JSON.stringify(text)}`, redactor).text,
          readSkopeoMessage(text, redactor).text,
          shortenComplaint(`Error: ${text}`, redactor),
          describePluginError(JSON.stringify({ type: 'Error', message: text }), redactor),
          describePluginError(`error: ${text}`, redactor),
          ...text.split('\n').map((line) => parsePluginLine(`level=info ${line}`, redactor)?.text ?? ''),
          unifiedDiff('a: 1\n', `a: ${text}\n`, redactor),
          formatVerification([{ title: 't', findings: [{ item }] }], redactor),
        ];
        expect(piecesShown(secret, texts)).toEqual([]);
      }),
      runs,
    );
  });
});

describe('a page', () => {
  it('about an image shows no secret that a server, a path or a variable has', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, text, redactor }) => {
        // A value with a slash in a path is the names of several folders.
        const file = `/home/jovyan/work/${text.includes('/') ? 'notes' : text}`;
        const leftOut = [{ path: file, reason: 'unreadable', detail: text }] as const;
        const facts = jupyterFacts([fileEntry(file, 10)], { warnings: [text], leftOut });
        const summary = redactSummary(summarizeImage(facts), redactor);
        const [page, json] = [formatHtml(summary), formatSummaryJson(summary)];
        const shown = [unescapeHtml(page), page, json, ...parsed(json), formatSummaryText(summary)];
        expect(piecesShown(secret, shown)).toEqual([]);
      }),
      runs,
    );
  });

  it('of the wizard shows no secret in a problem', () => {
    fc.assert(
      fc.property(anyPlanted, ({ secret, quoted, text, redactor }) => {
        const place = { requestId: '1', redactor };
        const errors = [
          refusal(quoted, text, redactor),
          new TaskError('invalid-param', text, { remedy: text }),
          Object.assign(new Error(text), { statusCode: 400 }),
        ];
        const shown = errors.map((error) => JSON.stringify(toProblem(error, place)));
        expect(piecesShown(secret, [...shown, ...shown.flatMap(parsed)])).toEqual([]);
      }),
      runs,
    );
  });
});

function unescapeHtml(page: string): string {
  const characters: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };
  return page.replaceAll(/&(lt|gt|quot|#39|amp);/g, (_, name: string) => characters[name] ?? '');
}

function parsed(text: string): readonly string[] {
  try {
    return stringsOf(JSON.parse(text));
  } catch {
    return [];
  }
}

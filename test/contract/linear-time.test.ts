import { describe, expect, it } from 'vitest';

import { parseChallenge } from '../../src/adapters/registry/login-challenge.ts';
import { findNextLink } from '../../src/domain/http/link-header.ts';
import { shortenComplaint } from '../../src/adapters/processes/build-kustomization.ts';
import { yamlCodec } from '../../src/adapters/yaml/yaml-codec.ts';
import { parseClusterSecret } from '../../src/domain/kubeconfig/cluster-secret.ts';
import { parseCommaList, toCommaList } from '../../src/domain/core/comma-list.ts';
import { parseDuration } from '../../src/domain/core/duration.ts';
import { complaintOf, isBehind } from '../../src/domain/git/complaint.ts';
import { parseImageReference } from '../../src/domain/oci/image-location.ts';
import { escapeControls } from '../../src/domain/core/log-text.ts';
import { classifyRefusal } from '../../src/domain/apply/apply-refusal.ts';
import { parseJsonExactly } from '../../src/domain/kube/exact-integers.ts';
import { amountOf } from '../../src/domain/kube/quantity.ts';
import { parseLabelSelector } from '../../src/domain/kube/label-selector.ts';
import { describePluginError, parsePluginLine } from '../../src/domain/transform/plugin-protocol.ts';
import { Redactor } from '../../src/domain/core/secret.ts';
import { readSkopeoMessage } from '../../src/domain/images/skopeo/skopeo-messages.ts';
import { unifiedDiff } from '../../src/usecases/verify/unified-diff.ts';
import { parseEvent } from '../../src/domain/volumes/mover-protocol.ts';
import {
  parseComparedFile,
  parseFileError,
  parseProgress,
  parseTotal,
} from '../../src/domain/volumes/rsync/rsync-messages.ts';

const redactor = new Redactor();

const length = 1_000_000;
/** Milliseconds. Linear code needs some tens of them for a text of 1 MB, on a busy machine seconds; quadratic code needs minutes. */
const bound = 15_000;

const pieces = ['\n', ' ', '\t', 'a', '1', ',', '(', '<', '{', '"', '\\', ':', '/', '=', '-', '.', '`', '@', '\u0001'];
const phrases = [
  'a,',
  'a: ',
  ' -',
  '1.',
  'a="',
  '"a" ',
  '\\"',
  ', ',
  ',a="b"',
  '\n\na',
  '[rejected] ',
  'admission webhook ',
  'admission webhook "a',
  'maximum a usage per ',
  'sha256:',
  '<a> ;',
  'level=info ',
  '"code" : "',
  '- - ',
  '? ',
  '&a ',
  'some-known-secret',
  'some-known',
];

/** A long text for each shape, with what a pattern may wait for before and what it may not expect behind. */
function* nastyTexts(opening: string): Generator<string, void, undefined> {
  for (const piece of [...pieces, ...phrases]) yield `${opening}${piece.repeat(length / piece.length)}a`;
}

const registry = new URL('https://registry.example.com');
const readers: Readonly<Record<string, readonly [opening: string, read: (text: string) => unknown]>> = {
  'YAML emitter': ['a', (text) => yamlCodec.format({ data: { text, [text]: 'x' } })],
  'YAML emitter and reader': ['a', (text) => yamlCodec.parse(yamlCodec.format({ data: { text } }), 'x')],
  'YAML reader': ['', (text) => yamlCodec.parse(text, 'x')],
  'JSON reader': ['[', parseJsonExactly],
  redaction: ['', redactor.redact],
  'log text': ['', escapeControls],
  diff: ['', (text) => unifiedDiff(text, `b${text}`, redactor)],
  skopeo: ['level=fatal msg="', (text) => readSkopeoMessage(text, redactor)],
  git: ['!\t[', (text) => [complaintOf('pushing', text, redactor), isBehind(text)]],
  'server messages': ['', (message) => classifyRefusal({ status: 400, reason: '', message, body: undefined })],
  rsync: ['rsync: ', (text) => [parseFileError(text), parseProgress(text), parseTotal(text), parseComparedFile(text)]],
  'volume mover': ['volume-mover {', parseEvent],
  plugins: ['{', (text) => [describePluginError(text, redactor), parsePluginLine(text, redactor)]],
  kustomize: ['', (text) => shortenComplaint(text, redactor)],
  'WWW-Authenticate': ['Bearer realm="', (text) => parseChallenge(text, registry)],
  Link: ['', findNextLink],
  'image references': ['a/', parseImageReference],
  quantities: ['', amountOf],
  durations: ['', (text) => parseDuration(text, 'timeout')],
  'label selectors': ['a in (', parseLabelSelector],
  lists: ['[', (text) => [parseCommaList(text), toCommaList(text)]],
  'Secrets of clusters': [
    'https://',
    (text) =>
      parseClusterSecret(
        { data: { url: text, token: 'x' } },
        { namespace: 'a', name: 'b' },
        { decode: String, faultOfAuthority: () => undefined, redactor },
      ),
  ],
};

describe('texts of 1 MB from a cluster, a registry, a file or a program', () => {
  it.for(Object.entries(readers))('are read in linear time: %s', { timeout: 120_000 }, ([, [opening, read]]) => {
    redactor.secret('some-known-secret');
    for (const text of nastyTexts(opening)) {
      const started = performance.now();
      attempt(() => read(text));
      expect(performance.now() - started, JSON.stringify(text.slice(0, 40))).toBeLessThan(bound);
    }
  });
});

/** A refusal is an answer; an engine that runs out of stack is not. */
function attempt(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    if (error instanceof RangeError) throw error;
  }
}

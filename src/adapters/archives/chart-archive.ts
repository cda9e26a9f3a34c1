import { gunzipSync } from 'node:zlib';

import { gzipSync } from 'fflate';
import { extract, pack, type Header } from 'tar-stream';

import { messageOf, TaskError } from '../../domain/core/errors.ts';
import { isChartPath, largestChart, type ChartFiles } from '../../domain/helm/chart-files.ts';

/** A chart as an archive has it: one folder with the name of the chart. */
export interface ArchivedChart {
  readonly folder: string;
  readonly files: ChartFiles;
}

const mebibyte = 1024 * 1024;

/** The files as Helm has them (`MaxDecompressedFileSize` of pkg/chart/loader/archive.go), in bytes. */
const limits = { chart: largestChart, file: 5 * mebibyte, files: 20_000 } as const;

/** The epoch is refused by some programs; this is the first moment that zip can express, which others use too. */
const fixedTime = new Date(Date.UTC(1980, 0, 1));
const fileMode = 0o644;
/** fflate is deterministic on each platform, which the zlib of Node is not across processors. The level is pinned. */
const level = 9;

/**
 * Writes a chart as a gzip of tar in which nothing but the files counts: names sorted by code unit, fixed time, owner and
 * mode, a gzip header without time and name. Equal files give equal bytes.
 */
export async function writeChartArchive({ folder, files }: ArchivedChart): Promise<Uint8Array> {
  const archive = pack();
  const names = [...files.keys()].sort();
  const written = collect(archive);
  for (const name of names) {
    const content = Buffer.from(files.get(name) ?? new Uint8Array());
    const header = {
      name: `${folder}/${name}`,
      size: content.length,
      mode: fileMode,
      mtime: fixedTime,
      uid: 0,
      gid: 0,
    };
    archive.entry({ ...header, type: 'file' }, content);
  }
  archive.finalize();
  return gzipSync(await written, { level, mtime: 0 });
}

/** The bytes of a stream of tar-stream, whose types do not say that it has bytes. */
async function collect(stream: AsyncIterable<unknown>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * Reads a chart archive, which may come from anywhere: only regular files with plain relative paths are taken, below one
 * folder, within the limits of Helm. Archives of subcharts are among the files.
 * @param source names the archive, for messages
 * @throws TaskError `invalid-file`
 */
export async function readChartArchive(bytes: Uint8Array, source: string): Promise<ArchivedChart> {
  const files = new Map<string, Uint8Array>();
  let folder: string | undefined;
  for (const { name, content } of await readEntries(unpack(bytes, source), source)) {
    const [first = '', ...rest] = name.split('/');
    const path = rest.join('/');
    if (!isChartPath(path) || !isChartPath(first)) throw invalid(source, `invalid path ${JSON.stringify(name)}`);
    folder ??= first;
    if (first !== folder) throw invalid(source, `expected one folder, got ${folder} and ${first}`);
    if (files.has(path)) throw invalid(source, `two files have the path ${JSON.stringify(name)}`);
    files.set(path, content);
  }
  if (folder === undefined || !files.has('Chart.yaml')) throw invalid(source, 'Chart.yaml is missing');
  return { folder, files };
}

/**
 * Decompresses gzip up to the size that Helm accepts for a chart; also for records of releases, which hold charts.
 * @throws Error for other bytes and for more than that
 */
export function gunzipChart(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes, { maxOutputLength: limits.chart });
}

function unpack(bytes: Uint8Array, source: string): Uint8Array {
  try {
    return gunzipChart(bytes);
  } catch (error) {
    const why = `expected gzip of at most ${String(limits.chart)} bytes: ${messageOf(error)}`;
    throw invalid(source, why, error);
  }
}

interface Entry {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Entries of tar that only describe others, or that make a folder, which the paths of the files say already. */
const passedOver: ReadonlySet<string | null | undefined> = new Set(['directory', 'pax-global-header']);

async function readEntries(tar: Uint8Array, source: string): Promise<readonly Entry[]> {
  const reader = extract();
  const entries: Entry[] = [];
  reader.end(tar);
  try {
    for await (const entry of reader) {
      const { name, type, size }: Header = entry.header;
      if (!passedOver.has(type)) {
        if (type !== 'file') throw invalid(source, `${JSON.stringify(name)} is of type ${type}`);
        if (size > limits.file) throw invalid(source, `${JSON.stringify(name)} has ${String(size)} bytes`);
        entries.push({ name: name.replace(/^(?:\.\/)+/, ''), content: await collect(entry) });
        if (entries.length > limits.files) throw invalid(source, `it has more than ${String(limits.files)} files`);
      } else {
        entry.resume();
      }
    }
  } catch (error) {
    if (error instanceof TaskError) throw error;
    throw invalid(source, `expected tar: ${messageOf(error)}`, error);
  }
  return entries;
}

function invalid(source: string, why: string, cause?: unknown): TaskError {
  return new TaskError('invalid-file', `reading the chart archive ${source}: ${why}`, {
    remedy: 'Give an archive that `helm package` wrote.',
    cause,
  });
}

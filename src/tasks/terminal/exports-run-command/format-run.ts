import { yamlCodec } from '../../../adapters/yaml/yaml-codec.ts';
import { apptainerCommands, apptainerDefinition } from '../../../domain/exports/apptainer-definition.ts';
import type { ExportEntry } from '../../../domain/exports/export-entry.ts';
import { describeRun, formatRunLine, type RunFormat } from '../../../domain/exports/run-command.ts';
import { composeFile, describePod, podManifest } from '../../../domain/exports/run-manifests.ts';

/** How to run an export, after comments that say what to do first. All formats have comments that begin with `#`. */
export function formatRun(entry: ExportEntry, format: RunFormat): string {
  const comments = commentsOf(entry, format).map((line) => `# ${line}\n`);
  return comments.join('') + textOf(entry, format);
}

function commentsOf(entry: ExportEntry, format: RunFormat): readonly string[] {
  const more = format === 'pod' ? describePod(entry) : format === 'apptainer' ? apptainerCommands(entry) : [];
  return [...more, ...describeRun(entry, format)];
}

function textOf(entry: ExportEntry, format: RunFormat): string {
  switch (format) {
    case 'docker':
    case 'podman':
      return `${formatRunLine(format, entry)}\n`;
    case 'compose':
      return yamlCodec.format(composeFile(entry));
    case 'pod':
      return yamlCodec.format(podManifest(entry));
    case 'apptainer':
      return apptainerDefinition(entry);
  }
}

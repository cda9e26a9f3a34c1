import type { Log, StagedFiles } from '../../domain/core/ports.ts';
import type { Capabilities } from '../../domain/helm/capabilities.ts';
import type { ChartFiles } from '../../domain/helm/chart-files.ts';
import type { PinnedImage } from '../../domain/oci/image-location.ts';
import type { Item } from '../../domain/reports/outcome.ts';
import type { ChartSourcePorts } from './find-chart.ts';
import type { ChartReader } from './load-chart.ts';
import type { ReleaseReader } from './read-release.ts';

export type AppItem = Item<'appExport'>;

/** An image of an archive of images; without tags, the archive chooses its name. */
export interface ImageToArchive {
  readonly source: PinnedImage;
  readonly tags: readonly string[];
  /** `os/architecture[/variant]`; absent: the archive chooses. */
  readonly platform?: string;
}

/** What was written for each image, in the order that they were given in. */
export interface WrittenArchive {
  readonly bytes: number;
  readonly images: readonly {
    readonly names: readonly string[];
    readonly manifestDigest: string;
    readonly configDigest: string;
  }[];
}

/** A chart archive and the values to render it with; paths are absolute, values are YAML texts. */
export interface RenderRequest {
  readonly chart: string;
  readonly values: readonly string[];
  readonly namespace: string;
  readonly name: string;
  /** Of the cluster that the release runs in. */
  readonly capabilities: Capabilities | undefined;
}

export interface ExportPorts extends ReleaseReader, ChartReader, ChartSourcePorts {
  readonly log: Log;
  readonly writeChart: (chart: { readonly folder: string; readonly files: ChartFiles }) => Promise<Uint8Array>;
  readonly writeImages: (images: readonly ImageToArchive[], file: string) => Promise<WrittenArchive>;
  /** Renders without a cluster; undefined: rendering is not possible here. */
  readonly render: ((request: RenderRequest) => Promise<string>) | undefined;
  readonly stage: (folder: string) => Promise<StagedFiles>;
}

/** Where the charts of releases may come from. */
export interface ChartSources {
  /** As the user names it; undefined: none. */
  readonly chartSource: string | undefined;
  /** Namespace of the AppCharts of Epinio. */
  readonly systemNamespace: string;
}

export interface ExportOptions extends ChartSources {
  readonly namespace: string;
  readonly extraImages: readonly string[];
  readonly platform: string | undefined;
}

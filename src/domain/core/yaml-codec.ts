/** Text form of resources. */
export interface YamlCodec {
  /** All documents of a text. Throws TaskError `invalid-file` naming the source. */
  parse(text: string, source: string): readonly unknown[];
  /** Stable YAML of one document: keys sorted, strings safe for YAML 1.1 readers. */
  format(value: unknown): string;
}

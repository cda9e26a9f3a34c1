import { useSearchParams } from 'react-router';

/** The cluster and the namespace that the pages are about. */
export interface Place {
  /** Id of a connection of the session. */
  readonly connection: string;
  readonly namespace: string;
}

/** The place of the address, which a reload keeps; undefined until both are chosen. */
export function usePlace(): readonly [Place | undefined, (place: Place) => void] {
  const [params, setParams] = useSearchParams();
  const connection = params.get('connection') ?? '';
  const namespace = params.get('namespace') ?? '';
  const choose = (place: Place): void => {
    setParams((before) => {
      before.set('connection', place.connection);
      before.set('namespace', place.namespace);
      return before;
    });
  };
  return [connection === '' || namespace === '' ? undefined : { connection, namespace }, choose];
}

/** Path of a list of the place. */
export function listPath(
  list: string,
  { connection, namespace }: Place,
  more: Readonly<Record<string, string>> = {},
): string {
  return `/applications/${list}?${new URLSearchParams({ connection, namespace, ...more }).toString()}`;
}

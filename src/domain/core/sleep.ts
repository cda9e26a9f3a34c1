/** Waits some milliseconds; rejects when the run is stopped. */
export type Sleep = (milliseconds: number) => Promise<void>;

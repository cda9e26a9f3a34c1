/** Calls a function again and again, without keeping the program alive. Returns how to stop it. */
export function every(milliseconds: number, call: () => void): () => void {
  const timer = setInterval(call, milliseconds).unref();
  return () => {
    clearInterval(timer);
  };
}

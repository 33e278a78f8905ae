/** What was opened, closed again in the reverse order; one that fails does not keep the others open. */
export interface Closers {
  add(what: string, close: () => void | Promise<void>): void;
  closeAll(onError: (what: string, error: unknown) => void): Promise<void>;
}

export function makeClosers(): Closers {
  const opened: { what: string; close: () => void | Promise<void> }[] = [];
  return {
    add: (what, close) => void opened.push({ what, close }),
    async closeAll(onError) {
      for (const { what, close } of opened.splice(0).reverse()) {
        try {
          await close();
        } catch (error) {
          onError(what, error);
        }
      }
    },
  };
}

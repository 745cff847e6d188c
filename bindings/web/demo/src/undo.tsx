// The undo of the last actions: each is kept with a function that takes it back.
import { createContext, useCallback, useContext, useMemo, useState } from "react";
import type { ReactNode } from "react";

interface Undo {
  /** What the last action was; null: there is none. */
  readonly last: string | null;
  undo(): void;
  /** Notes an action that has just been done. */
  did(what: string, takeBack: () => void): void;
}

const UndoContext = createContext<Undo | null>(null);
const keptMax = 100;

export function UndoProvider({ children }: { children: ReactNode }) {
  const [done, setDone] = useState<readonly { what: string; takeBack: () => void }[]>([]);
  const did = useCallback((what: string, takeBack: () => void) => {
    setDone((before) => [...before, { what, takeBack }].slice(-keptMax));
  }, []);
  const value = useMemo(() => {
    const last = done.at(-1);
    const undo = () => {
      last?.takeBack();
      setDone((before) => before.filter((each) => each !== last));
    };
    return { last: last?.what ?? null, undo, did };
  }, [done, did]);
  return <UndoContext value={value}>{children}</UndoContext>;
}

export function useUndo(): Undo {
  const undo = useContext(UndoContext);
  if (!undo) throw new Error("useUndo needs an UndoProvider");
  return undo;
}

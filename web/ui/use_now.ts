import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Current time in milliseconds since the epoch, updated each second. */
export function useNow(): number {
  const now = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => now.value = Date.now(), 1000);
    return () => clearInterval(timer);
  }, []);
  return now.value;
}

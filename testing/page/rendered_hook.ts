/** Preact hooks in tests, rendered into a small DOM. */
import { parseHTML } from "linkedom";
import { h, render } from "preact";
import { act } from "preact/test-utils";

/** A component that calls a hook. */
export interface RenderedHook<Props, Result> extends Disposable {
  /** Result of the last render. */
  readonly current: Result;
  /** Number of renders. */
  readonly renders: number;
  rerender(props: Props): void;
  /** Unmounts the component, which ends its effects. */
  unmount(): void;
}

/** Renders a component that calls `use`; it is unmounted at the end of the scope. */
export function renderHook<Props, Result>(
  use: (props: Props) => Result,
  props: Props,
): RenderedHook<Props, Result> {
  const { document } = parseHTML("<main></main>");
  Object.assign(globalThis, { document });
  const place = document.querySelector("main") as unknown as Element;
  let current: Result;
  let renders = 0;
  function Component({ props }: { props: Props }) {
    current = use(props);
    renders++;
    return null;
  }
  const show = (props: Props) => act(() => render(h(Component, { props }), place));
  const unmount = () => act(() => render(null, place));
  show(props);
  return {
    get current() {
      return current;
    },
    get renders() {
      return renders;
    },
    rerender: (props) => void show(props),
    unmount: () => void unmount(),
    [Symbol.dispose]: () => void unmount(),
  };
}

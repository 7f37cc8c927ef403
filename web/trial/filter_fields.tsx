/**
 * Filters by feature and the diversity of a recommendation request; each change is applied at once.
 */
import type { Facet } from "../api/project_api.ts";
import type { Asked, FilterAsked } from "./question.ts";
import { text as trial } from "./trial_words.ts";

const text = trial.narrow;

/** Values shown as chips; further ones are entered by text. */
const SHOWN = 12;

interface FilterFieldsProps {
  facets: Facet[];
  asked: Asked;
  onChange: (asked: Asked) => void;
}

export function FilterFields({ facets, asked, onChange }: FilterFieldsProps) {
  const set = (column: string, condition: FilterAsked) => {
    const { [column]: _, ...others } = asked.filter;
    const isEmpty = !condition.is?.length && !condition.min && !condition.max;
    onChange({ ...asked, filter: isEmpty ? others : { ...others, [column]: condition } });
  };
  const useful = facets.filter(isUseful);
  const isSet = Object.keys(asked.filter).length > 0 || asked.diversity !== undefined;
  return (
    <section class="card stack after" aria-labelledby="narrow">
      <div class="row between">
        <h2 id="narrow">{text.title}</h2>
        {isSet && (
          <button
            type="button"
            class="button bare small"
            onClick={() => onChange({ ...asked, filter: {}, diversity: undefined })}
          >
            {text.clear}
          </button>
        )}
      </div>
      <div class="field">
        <label for="diversity" class="row between">
          {text.diversity} <output>{asked.diversity ?? "0"}</output>
        </label>
        <input
          id="diversity"
          type="range"
          min="0"
          max="1"
          step="0.05"
          value={asked.diversity ?? "0"}
          aria-describedby="diversity-hint"
          onInput={({ currentTarget: { value } }) =>
            onChange({ ...asked, diversity: Number(value) > 0 ? value : undefined })}
        />
        <span class="hint" id="diversity-hint">
          {asked.diversity ? text.varied : text.notVaried}
        </span>
      </div>
      {useful.map((facet) => {
        const condition = asked.filter[facet.name] ?? {};
        const on = (condition: FilterAsked) => set(facet.name, condition);
        return facet.terms
          ? <Terms key={facet.name} {...{ facet, condition, on }} />
          : <Bounds key={facet.name} {...{ facet, condition, on }} />;
      })}
    </section>
  );
}

interface FacetProps {
  facet: Facet;
  condition: FilterAsked;
  on: (condition: FilterAsked) => void;
}

/**
 * Whether filtering by the column can exclude some items and keep several. A column whose values
 * are all unique, such as a title, cannot.
 */
function isUseful({ terms, min, max }: Facet): boolean {
  return terms ? terms.some(({ items }) => items > 1) : min !== undefined && min !== max;
}

function Terms({ facet: { name, terms = [] }, condition: { is = [] }, on }: FacetProps) {
  const first = terms.slice(0, SHOWN).map(({ term }) => term);
  const offered = [...first, ...is.filter((term) => !first.includes(term))];
  const list = `values-${name}`;
  return (
    <fieldset class="field features">
      <legend>{name}</legend>
      <div class="chips">
        {offered.map((term) => (
          <button
            key={term}
            type="button"
            class="chip"
            aria-pressed={is.includes(term)}
            onClick={() =>
              on({ is: is.includes(term) ? is.filter((other) => other !== term) : [...is, term] })}
          >
            {term}
          </button>
        ))}
      </div>
      {terms.length > SHOWN && (
        <>
          <input
            type="text"
            list={list}
            aria-label={text.anotherOf(name)}
            placeholder={text.another}
            autocomplete="off"
            onChange={({ currentTarget }) => {
              const value = currentTarget.value.trim();
              if (value !== "" && !is.includes(value)) on({ is: [...is, value] });
              currentTarget.value = "";
            }}
          />
          <datalist id={list}>
            {terms.slice(SHOWN).map(({ term }) => <option key={term} value={term} />)}
          </datalist>
        </>
      )}
    </fieldset>
  );
}

function Bounds({ facet: { name, kind, min = 0, max = 0 }, condition, on }: FacetProps) {
  const shown = (value: number) =>
    kind === "date" ? new Date(value * 1000).toISOString().slice(0, 10) : String(value);
  const bound = (which: "min" | "max", value: number, word: string) => (
    <input
      type="text"
      inputMode={kind === "number" ? "decimal" : undefined}
      aria-label={text.bound(name, word)}
      placeholder={text.boundHint(word, shown(value))}
      autocomplete="off"
      value={condition[which] ?? ""}
      onChange={({ currentTarget: { value } }) => on({ ...condition, [which]: value.trim() })}
    />
  );
  return (
    <fieldset class="field features">
      <legend>{name}</legend>
      <div class="bounds">
        {bound("min", min, text.from)}
        {bound("max", max, text.to)}
      </div>
    </fieldset>
  );
}

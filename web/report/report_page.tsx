import { useLocation, useRoute } from "preact-iso";
import { projectDetails } from "../api/api.ts";
import { Candidates } from "./candidates.tsx";
import { Events } from "./events.tsx";
import { Filterable } from "./filterable.tsx";
import { OverTime } from "./over_time.tsx";
import { ProblemNote } from "../ui/problem_note.tsx";
import { ProjectFrame } from "../ui/project_frame.tsx";
import {
  Breadth,
  ColdItems,
  Diversity,
  NextItem,
  Order,
  OtherSplit,
  Recall,
  Segments,
} from "./held_out_figures.tsx";
import { Verdict } from "./verdict.tsx";
import { useLoad } from "../api/load.ts";
import { listVersions, type Version, versionReport, versionRun } from "../api/project_api.ts";
import { type Report as Evaluation, reportOf, type Run } from "../api/report.ts";
import { qualityInWords } from "./quality_in_words.ts";
import { text } from "./report_words.ts";
import { algorithmWords } from "../ui/training_words.ts";

/** Report of a version; by default of the champion. */
export function Report() {
  const { params: { id } } = useRoute();
  const { query: { version } } = useLocation();
  const { value, problem, reload } = useLoad((signal) => projectDetails(id, signal), id);
  const project = value.value;
  const champion = project?.mlflow_model_version ?? null;
  const shown = version ?? champion;
  return (
    <ProjectFrame id={id} project={project} problem={problem.value} retry={reload}>
      {project &&
        (shown ? <VersionReport key={shown} id={id} version={shown} champion={champion} /> : (
          <p>
            {text.nothingYet} <a href={`/projects/${id}`}>{text.seeHowItStands}</a>
          </p>
        ))}
    </ProjectFrame>
  );
}

interface VersionReportProps {
  id: string;
  version: string;
  champion: string | null;
}

function VersionReport({ id, version, champion }: VersionReportProps) {
  const { value, problem, reload } = useLoad(async (signal) => {
    const [report, run, versions] = await Promise.all([
      versionReport(id, version, signal),
      versionRun(id, version, signal),
      listVersions(id, signal),
    ]);
    return { report: reportOf(report), run, versions };
  });
  if (!value.value) {
    return problem.value
      ? <ProblemNote problem={problem.value} retry={reload} />
      : <p class="muted" role="status">{text.reading}</p>;
  }
  const { report, run, versions } = value.value;
  if (!report) return <p>{text.unknownFormat}</p>;
  return (
    <div class="stack wide">
      <InWords {...{ id, version, champion, report }} />
      <Drawings {...{ report, run, versions }} />
    </div>
  );
}

function InWords(
  { id, version, champion, report }: VersionReportProps & { report: Evaluation },
) {
  const { data, split, chosen, warnings, gate, next_item, repeats } = report;
  const sentence = qualityInWords(report);
  return (
    <section class="stack tight" aria-label={text.inWords}>
      <p class="muted small">
        {version === champion ? text.serves(version) : (
          <>
            {text.another(version, champion)}{" "}
            {champion && <a href={`/projects/${id}/report`}>{text.seeChampion}</a>}
          </>
        )}
      </p>
      <p class="lead large">{sentence}</p>
      <p class="muted">
        {text.madeBy(algorithmWords(chosen.algorithm), data.items, data.users, data.interactions)}
        {data.liking && ` ${data.liking.says}`}
        {report.test && split?.says && ` ${split.says}`}
        {next_item && ` ${next_item.says}`}
        {repeats && ` ${repeats.says}`}
      </p>
      {gate && (
        <p class="row">
          <Verdict of={gate.verdict} /> {gate.reason}
        </p>
      )}
      {warnings.filter((warning) => warning !== sentence).map((warning) => (
        <p key={warning} class="note warn">{warning}</p>
      ))}
    </section>
  );
}

function Drawings(
  { report, run, versions }: { report: Evaluation; run: Run | null; versions: Version[] },
) {
  const { chosen, test, next_item, cold_items, content, candidates, filters } = report;
  return (
    <>
      {test && (
        <div class="figures">
          <Recall test={test} />
          <div class="stack wide">
            <Order test={test} />
            <Segments test={test} />
          </div>
          <Breadth test={test} />
          <Diversity test={test} />
        </div>
      )}
      <div class="figures">
        {test && report.split && <OtherSplit test={test} split={report.split} />}
        {next_item && <NextItem next={next_item} />}
        {cold_items && <ColdItems cold={cold_items} />}
        <OverTime versions={versions} />
        {content && content.examples.length > 0 && <Examples content={content} />}
        {filters && <Filterable filters={filters} />}
        {report.data.events && <Events events={report.data.events} />}
      </div>
      <Candidates candidates={candidates} chosen={chosen} run={run} />
    </>
  );
}

function Examples({ content }: { content: NonNullable<Evaluation["content"]> }) {
  return (
    <section class="card stack tight" aria-labelledby="examples">
      <h2 id="examples">{text.examples.title}</h2>
      <dl class="facts stacked">
        {content.examples.map(({ title, neighbours }) => (
          <div key={title} class="fact">
            <dt>{title}</dt>
            <dd>{neighbours.join(", ") || text.examples.none}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Recall of a model next to that of the popularity baseline, in a table cell. */
import { qualityAtAGlance, type QualityFigures } from "../report/quality_in_words.ts";

interface GlanceProps {
  quality: QualityFigures | null;
  /** Largest recall of the list, the scale of the bar. */
  most: number;
}

const WIDTH = 96;

export function Glance({ quality, most }: GlanceProps) {
  const { recall, popularity_recall: popular } = quality ?? {};
  return (
    <span class="glance">
      {recall !== undefined && (
        <svg width={WIDTH} height="10" aria-hidden="true">
          <rect class="groove" y="2" width={WIDTH} height="6" rx="3" />
          <rect y="2" width={WIDTH * recall / (most || 1)} height="6" rx="3" />
          {popular !== undefined && (
            <line x1={WIDTH * popular / most} x2={WIDTH * popular / most} y1="0" y2="10" />
          )}
        </svg>
      )}
      <span>{qualityAtAGlance(quality)}</span>
    </span>
  );
}

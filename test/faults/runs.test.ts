import { describe, expect, it } from 'vitest';
import { parseContract } from '../../contracts/validate.ts';
import { jobEvents } from '../pipeline/job-events.ts';
import { faultedPipeline, SOURCE } from './faulted-pipeline.ts';
import { expectWholeRun, faultedRun } from './faulted-run.ts';
import { killed } from './faults.ts';
import { asksForJobs, countsSources, endsListing, endsRun, keepsSummary } from './points.ts';

const { parts, publish } = faultedPipeline();

const ONE_ROW = `${SOURCE.split('\n').slice(0, 2).join('\n')}\n`;

// A message is received four times, so that a run takes three kills: of 51 sources two steps are listed, of 26 two are summed up.
describe.concurrent('rescore', () => {
  it.each([
    [
      'listed',
      'while it sends, before a step is counted, and behind the listing',
      51,
      [
        [{ ...asksForJobs, after: 2 }, 'after'],
        [countsSources, 'before'],
        [endsListing, 'after'],
      ],
    ],
    [
      'summed-up',
      'behind a step of the summary, before the next, and behind its end',
      26,
      [
        [keepsSummary, 'after'],
        [keepsSummary, 'before'],
        [endsRun, 'after'],
      ],
    ],
  ] as const)(
    'case 28: while it is %s, killed %s, a run loses and doubles nothing',
    async (model, _, sources, kills) => {
      await publish(model, { version: 2 });
      const run = await faultedRun(parts, { model, body: ONE_ROW, sources });
      for (const [point, when] of kills) run.fault(point, killed(when));
      const events = await jobEvents(parts.pipeline, await parts.host.eventBus(), 'Rescore Completed');
      await run.start();
      const ended = await expectWholeRun(run, sources);
      const event = parseContract('rescore-event', await events.of(run.runId));
      expect(event).toMatchObject({ eventId: `${run.runId}#ended`, comparison: ended.comparison });
    },
  );
});

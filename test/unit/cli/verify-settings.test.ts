import { describe, expect, it } from 'vitest';
import type { Chunk } from '../../../contracts/generated/types.ts';
import { aVerifyWorld, partKey, type Spoil, SUCCESS, type VerifyWorld, verified } from './verify-world.ts';

const CANCELLED = { status: 'cancelled', reason: { code: 'cancelled', message: '' } } as const;

const withOutput =
  (output: 'rows' | 'files'): Spoil =>
  ({ view: { job } }) => {
    job.settings = { ...job.settings, output };
  };

/** Cancelled while its second chunk was open, and its split not finished. */
const stopped: Spoil = (world) => {
  const { view, chunks, results } = world;
  const { rowsTotal, chunksTotal, ...state } = view.state;
  const { reason, rowsScored, rowsFailed, ...open } = chunks[1] as Chunk;
  chunks.splice(1, 2, { ...open, status: 'open' });
  const counters = { splitDone: false, remaining: -1, rowsScored: 1, rowsFailed: 1, chunksFailed: 0 };
  const checkpoint = { ...state.checkpoint, chunk: 1 };
  view.state = { ...state, ...CANCELLED, ...counters, checkpoint };
  for (const key of [SUCCESS, partKey(2)]) results.delete(key);
  world.scores.pop();
  Object.assign(world, { summary: undefined });
};

it('chunks beyond the limit of rows are found, unless somebody approved', async () => {
  const limited: Spoil = ({ view: { job } }) => {
    job.settings = { ...job.settings, maxRowsPerJob: 4 };
  };
  expect((await verified(limited)).lines).toEqual([
    expect.stringMatching(/^counter rows in chunks differs: chunks \d+, maxRowsPerJob 4$/),
  ]);
  const approved = await verified((world) => {
    limited(world);
    world.view.state.approvedBeyond = 4;
  });
  expect(approved.lines).toEqual([]);
});

describe('what a job does not write is not missed', () => {
  it('result files, where it writes items only; and there must be none', async () => {
    const rowsOnly: Spoil = (world) => {
      withOutput('rows')(world);
      const { results, ...summary } = world.summary;
      world.summary = summary;
      world.results.clear();
    };
    expect((await verified(rowsOnly)).lines).toEqual([]);
    const { lines } = await verified((world) => {
      const kept = world.results.get(partKey(0)) as Buffer;
      rowsOnly(world);
      world.results.set(partKey(0), kept);
    });
    expect(lines).toEqual([`file ${partKey(0)} unexpected`]);
  });

  it('items, where it writes files only, by which its chunks are counted', async () => {
    const filesOnly: Spoil = (world) => {
      withOutput('files')(world);
      world.scores.length = 0;
    };
    expect((await verified(filesOnly)).lines).toEqual([]);
    const { lines } = await verified((world) => {
      filesOnly(world);
      Object.assign(world.chunks[0] ?? {}, { rowsScored: 2, rowsFailed: 0, errorCounts: [] });
    });
    expect(lines).toContain('chunk 0: chunk rowsScored differs: ledger 2, file 1');
  });

  it('items that have expired', async () => {
    const { lines, course } = await verified(({ view: { job }, scores }) => {
      job.settings = { ...job.settings, expiresAt: 1_000_000 };
      scores.length = 0;
    });
    expect(lines).toEqual([]);
    expect(course.notes).toEqual([expect.stringMatching(/items have expired/)]);
  });

  it('the manifest, without which files are not read', async () => {
    const { lines, course } = await verified((world) => {
      world.names = [];
    });
    expect(lines).toEqual([]);
    expect(course.notes).toEqual([expect.stringMatching(/manifest/)]);
    expect(course.compared).toMatchObject({ item: 3, file: 0 });
  });

  it('the source, without which the chunks still have to follow each other', async () => {
    const gone = (world: VerifyWorld) => Object.assign(world, { sourceGone: true });
    const { lines, course } = await verified(gone);
    expect(lines).toEqual([]);
    expect(course.notes).toEqual([expect.stringMatching(/not be recounted/)]);
    const overlapping = await verified((world) => {
      gone(world);
      Object.assign(world.chunks[2]?.reference ?? {}, { firstRow: 3, rowCount: 2 });
    });
    expect(overlapping.lines).toContain(
      'chunk 2: chunk place differs: ledger {"chunk":2,"firstRow":3}, the one before {"chunk":2,"firstRow":4}',
    );
  });
});

describe('a job that was stopped', () => {
  it('may have open chunks, and no summary', async () => {
    expect((await verified(stopped)).lines).toEqual([]);
  });

  it('may have a gap behind its checkpoint, but none before it', async () => {
    const gapAt =
      (checkpoint: number): Spoil =>
      (world) => {
        stopped(world);
        world.view.state.checkpoint.chunk = checkpoint;
        const { chunks } = world;
        chunks.push({ ...(chunks[1] as Chunk), chunk: 2, reference: LAST });
        chunks.splice(1, 1);
      };
    expect((await verified(gapAt(1))).lines).toEqual([]);
    expect((await verified(gapAt(2))).lines).toEqual(['rows 2 to 3, chunk 1: chunk missing']);
  });

  it('may have the summary of an attempt before, and _SUCCESS with it', async () => {
    const { summary } = await aVerifyWorld();
    const secondAttempt: Spoil = (world) => {
      stopped(world);
      world.view.state.attempt = 2;
      world.summary = summary;
      world.results.set(SUCCESS, Buffer.from(JSON.stringify(summary)));
    };
    expect((await verified(secondAttempt)).lines).toEqual([]);
  });

  it('has _SUCCESS where it was cancelled in the moment between that and its end', async () => {
    const tooLate: Spoil = (world) => {
      Object.assign(world.view.state, CANCELLED);
      Object.assign(world, { summary: undefined });
    };
    expect((await verified(tooLate)).lines).toEqual([]);
  });

  it('has what it wrote of a chunk that never ended compared all the same', async () => {
    const { lines } = await verified((world) => {
      stopped(world);
      world.scores.push({ ...(world.scores[0] as never as object), row: 2, version: 9 } as never);
    });
    expect(lines).toEqual(['row 2, chunk 1: item version differs: item 9, job 2']);
  });
});

describe('a job that tolerates a share of bad rows', () => {
  const tolerating =
    (share: number, changes: object = {}): Spoil =>
    ({ view }) => {
      view.job.settings = { ...view.job.settings, toleratedErrors: share };
      Object.assign(view.state, changes);
    };
  const reason = { code: 'too_many_errors', message: '' } as const;

  it('fails where its chunks come to more, and has a summary that names no results', async () => {
    const { lines } = await verified((world) => {
      tolerating(0.5, { status: 'failed', reason })(world);
      const { results, ...summary } = world.summary;
      world.summary = { ...summary, status: 'failed', reason };
      world.results.delete(SUCCESS);
    });
    expect(lines).toEqual([]);
  });

  it('must fail then, and only then', async () => {
    expect((await verified(tolerating(0.5))).lines).toEqual([
      'summary status differs: summary completed_with_errors, chunks failed',
      'summary results unexpected',
      'status status differs: job completed_with_errors, chunks failed',
      'status reason differs: job none, chunks too_many_errors',
    ]);
    expect((await verified(tolerating(0.6))).lines).toEqual([]);
  });

  it('is stopped early by the rows that failed so far, and not by fewer', async () => {
    const early = (share: number) =>
      verified((world) => {
        stopped(world);
        tolerating(share, {
          reason,
          status: 'failed',
          splitDone: true,
          rowsTotal: 5,
          chunksTotal: 3,
          remaining: 2,
        })(world);
        world.chunks.push({ ...(world.chunks[1] as Chunk), chunk: 2, reference: LAST });
      });
    expect((await early(0.1)).lines).toEqual([]);
    expect((await early(0.2)).lines).toEqual([
      'status reason differs: job too_many_errors, chunks 1 of 5 rows failed',
    ]);
  });
});

const LAST = {
  object: { bucket: 'input', key: 'incoming/tumours/a.csv', versionId: 'v1' },
  ...{ byteStart: 39, byteEnd: 44, firstRow: 4, firstLine: 6, rowCount: 1 },
};

import type { DeployedSchedule, StackResources } from '../aws/stack-outputs.ts';
import { nearest } from '../core/nearest.ts';
import { wrongUsage } from './failure.ts';

/** The schedules of a stack by name, as its settings have them. */
export const schedulesOf = ({ schedules }: StackResources): Record<string, DeployedSchedule> =>
  JSON.parse(schedules);

/** @throws Failure where the stack has no such schedule. */
export function findSchedule(resources: StackResources, name: string): DeployedSchedule {
  const schedules = schedulesOf(resources);
  const found = schedules[name];
  if (found) return found;
  const names = Object.keys(schedules);
  const meant = nearest(name, names);
  throw wrongUsage(
    `There is no schedule named ${name}.${meant ? ` Did you mean ${meant}?` : ''}`,
    names.length > 0
      ? `Schedules here: ${names.join(', ')}.`
      : 'Schedules are written into the settings: see docs/rescore.md.',
  );
}

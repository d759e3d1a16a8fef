/** What a caller may do; each role may do what those before it may. */
export type Role = 'observe' | 'operate' | 'force';

/** The roles, the weakest first. */
export const roles: readonly Role[] = ['observe', 'operate', 'force'];

/** Whether somebody in `role` may do what `needed` is needed for. */
export function mayAct(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);
}

/** Whether the tour was taken or put away, on this device. */
const KEY = 'qcs-fer-tour';

export function wasTourPutAway(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false;
  }
}

export function putAwayTour(): void {
  try {
    localStorage.setItem(KEY, 'done');
  } catch {
    // Storage may be refused; the tour is then offered again next time.
  }
}

/** As on a first visit. */
export function forgetTour(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // What is refused holds nothing.
  }
}

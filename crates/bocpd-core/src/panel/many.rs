//! Many rows at a time: those of one series in their order, series side by side.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::hash::Hash;

use super::Panel;
use super::member::{Arrival, Member, Rules};
use super::rows::{Event, PushError, Row};
use crate::detector::Step;
use crate::observation::{Observation, SideInformation};

/// What becomes of a row.
type Told = Result<Option<Step>, PushError>;

/// A series has no group if it has no row.
const NONE: usize = usize::MAX;

/// Series that one core takes at a time.
const CHUNK: usize = 32;

impl<K: Hash + Ord + Clone> Panel<K> {
    /// Many observations, those of a series in their order, and what became of each: on all
    /// cores with the feature `rayon`. The results are the same.
    pub fn push_many<X>(&mut self, rows: &[Row<K, X>]) -> Vec<Result<Option<Step>, PushError>>
    where
        K: Send + Sync,
        X: AsRef<[f64]> + Sync,
    {
        let known = self.members.len();
        let places: Vec<usize> = rows.iter().map(|row| self.place(&row.key)).collect();
        self.groups.resize(self.members.len(), NONE);
        let groups = Groups::of(&places, &mut self.groups);

        let mut told = Vec::new();
        told.resize_with(rows.len(), || None);
        let mut tasks = groups.tasks(&mut self.members, &mut told);
        let whole = Whole {
            rules: &self.rules,
            rows,
            order: &groups.order,
            pushed: self.pushed,
        };
        whole.run(&mut tasks);
        self.pushed += rows.len() as u64;

        let mut noticed: Vec<(usize, Event<K>)> = Vec::new();
        for task in tasks {
            noticed.extend(task.events);
        }
        noticed.sort_by_key(|&(at, _)| at);
        let noticed = noticed.into_iter().map(|(_, event)| event);
        self.events.extend(noticed);
        // Those whose first observations were all refused are at the end.
        for place in (known..self.members.len()).rev() {
            if !self.members[place].has_begun() {
                self.members.swap_remove_index(place);
            }
        }
        self.groups.truncate(self.members.len());
        groups.in_order_of_rows(told)
    }

    /// Where the member of a key is, which is made if there is none.
    fn place(&mut self, key: &K) -> usize {
        if let Some(place) = self.members.get_index_of(key) {
            return place;
        }
        let member = Box::new(Member::new());
        self.members.insert_full(key.clone(), member).0
    }
}

/// The rows of each series together.
struct Groups {
    /// Positions of rows, by group.
    order: Vec<usize>,
    /// The place of each group's member, in their order, and where its rows end in `order`.
    ends: Vec<(usize, usize)>,
}

impl Groups {
    /// `group_of` has room for each member, and is left as it was, without any group.
    fn of(places: &[usize], group_of: &mut [usize]) -> Self {
        // The place and the number of rows of each group.
        let mut ends: Vec<(usize, usize)> = Vec::new();
        for &place in places {
            let group = &mut group_of[place];
            if *group == NONE {
                *group = ends.len();
                ends.push((place, 0));
            }
            ends[*group].1 += 1;
        }
        ends.sort_unstable();
        let mut end = 0;
        let mut next = Vec::with_capacity(ends.len());
        for (group, (place, count)) in ends.iter_mut().enumerate() {
            group_of[*place] = group;
            next.push(end);
            end += *count;
            *count = end;
        }
        let mut order = vec![0; places.len()];
        for (row, &place) in places.iter().enumerate() {
            let slot = &mut next[group_of[place]];
            order[*slot] = row;
            *slot += 1;
        }
        for &(place, _) in &ends {
            group_of[place] = NONE;
        }
        Self { order, ends }
    }

    /// Each group with its member, and room for what becomes of its rows.
    fn tasks<'a, K>(
        &'a self,
        members: &'a mut indexmap::IndexMap<K, Box<Member>>,
        mut told: &'a mut [Option<Told>],
    ) -> Vec<Task<'a, K>> {
        let (mut rest, mut first) = (members.as_mut_slice(), 0);
        let (mut tasks, mut from) = (Vec::with_capacity(self.ends.len()), 0);
        for &(place, end) in &self.ends {
            let (_, behind) = rest.split_at_mut(place - first);
            let Some(((key, member), behind)) = behind.split_first_mut() else {
                break;
            };
            (rest, first) = (behind, place + 1);
            let (mine, others) = told.split_at_mut(end - from);
            told = others;
            tasks.push(Task {
                key,
                member,
                from,
                told: mine,
                events: Vec::new(),
            });
            from = end;
        }
        tasks
    }

    /// What became of the rows, in their own order.
    fn in_order_of_rows(&self, told: Vec<Option<Told>>) -> Vec<Told> {
        let mut sorted = Vec::new();
        sorted.resize_with(told.len(), || None);
        for (&row, told) in self.order.iter().zip(told) {
            sorted[row] = told;
        }
        sorted.into_iter().flatten().collect()
    }
}

/// The observations of one series.
struct Task<'a, K> {
    key: &'a K,
    member: &'a mut Member,
    /// Where its rows begin in the order by group.
    from: usize,
    told: &'a mut [Option<Told>],
    /// With the position of the row that told it.
    events: Vec<(usize, Event<K>)>,
}

/// What all tasks share.
struct Whole<'a, K, X> {
    rules: &'a Rules,
    rows: &'a [Row<K, X>],
    order: &'a [usize],
    pushed: u64,
}

impl<K: Clone, X: AsRef<[f64]>> Whole<'_, K, X> {
    /// All tasks: on all cores with the feature `rayon`.
    fn run(&self, tasks: &mut [Task<'_, K>])
    where
        K: Send + Sync,
        X: Sync,
    {
        #[cfg(feature = "rayon")]
        {
            use rayon::prelude::*;
            tasks
                .par_chunks_mut(CHUNK)
                .for_each(|tasks| self.run_some(tasks));
        }
        #[cfg(not(feature = "rayon"))]
        tasks
            .chunks_mut(CHUNK)
            .for_each(|tasks| self.run_some(tasks));
    }

    /// Some tasks one after the other, while what the next ones need is on its way from memory.
    fn run_some(&self, tasks: &mut [Task<'_, K>]) {
        let mut events = Vec::new();
        for i in 0..tasks.len() {
            if let Some(after) = tasks.get(i + 2) {
                after.member.prefetch_self();
            }
            if let Some(next) = tasks.get(i + 1) {
                next.member.prefetch();
            }
            self.run_one(&mut tasks[i], &mut events);
        }
    }

    fn run_one(&self, task: &mut Task<'_, K>, events: &mut Vec<Event<K>>) {
        let order = &self.order[task.from..];
        for (&at, told) in order.iter().zip(task.told.iter_mut()) {
            let row = &self.rows[at];
            let side = row
                .features
                .as_ref()
                .map(|features| SideInformation::of_features(features.as_ref()));
            let values = row.values.as_ref();
            let arrival = Arrival {
                row: match &side {
                    None => Observation::of(values),
                    Some(side) => Observation::with(values, side),
                },
                time: row.time,
                pushed: self.pushed + at as u64 + 1,
            };
            *told = Some(task.member.push(self.rules, task.key, arrival, events));
            let noticed = events.drain(..).map(|event| (at, event));
            task.events.extend(noticed);
        }
    }
}

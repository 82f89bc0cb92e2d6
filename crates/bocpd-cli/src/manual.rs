//! Completions for shells, and the manual, from the definition of the command line.

use anyhow::{Context, Result, bail};

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::exit::{DONE, usage};
use crate::output::Standard;

/// Prints the completions for a shell.
///
/// # Errors
/// The output cannot be written.
pub(crate) fn completions(args: &CompletionsArgs) -> Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::definition(), "bocpd", &mut text);
    Standard::open()?.write(&text)?;
    Ok(DONE)
}

/// Prints the page of the manual about the program or a command.
///
/// # Errors
/// There is no such command, or the output cannot be written.
pub(crate) fn man(args: &ManArgs) -> Result<u8> {
    let mut definition = Cli::definition();
    definition.build();
    let command = match &args.command {
        None => definition,
        Some(name) => match definition.find_subcommand(name) {
            Some(command) => command.clone(),
            None => bail!(usage(format!("no command {name}"))),
        },
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .context("text in memory")?;
    Standard::open()?.write(&page)?;
    Ok(DONE)
}

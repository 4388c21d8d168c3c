// Command composecheck resolves a compose file as `docker compose config --format json` does, without Docker.
//
//	composecheck -env FILE compose.yml...
//
// It reads variables from FILE alone, never from the process: the same file gives the same answer everywhere.
// Interpolation, schema, merges and references between services are compose-go's own. What it refuses is told
// on stderr with exit status 1; a wrong call has 2.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	variables := flag.String("env", os.DevNull, "the `file` that variables are read from")
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := resolve(os.Stdout, *variables, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// resolve writes the project that files describe, services of every profile included.
func resolve(out io.Writer, variables string, files []string) error {
	folder, err := filepath.Abs(filepath.Dir(files[0]))
	if err != nil {
		return err
	}
	options, err := cli.NewProjectOptions(
		files,
		cli.WithWorkingDirectory(folder),
		cli.WithEnvFiles(variables),
		cli.WithDotEnv,
		cli.WithProfiles([]string{"*"}),
	)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	plain, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	_, err = out.Write(append(plain, '\n'))
	return err
}

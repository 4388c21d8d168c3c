// Matches stories against stored queries with Lucene Monitor: the peer that `make bench` sets beside the matcher.
// Arguments: a file of query strings, one a line, and a file of stories, one a line, as field TAB value TAB field...
// Prints: stories a second, TAB, matches in all.

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.miscellaneous.PerFieldAnalyzerWrapper;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.queryparser.classic.QueryParser;

public class MonitorBench {
    private static final Set<String> TEXT = Set.of("title", "summary", "body");

    public static void main(String[] arguments) throws Exception {
        Analyzer standard = new StandardAnalyzer();
        Analyzer analyzer = new PerFieldAnalyzerWrapper(
            new KeywordAnalyzer(), Map.of("title", standard, "summary", standard, "body", standard));
        List<Document> stories = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of(arguments[1]))) {
            stories.add(document(line.split("\t", -1)));
        }
        try (Monitor monitor = new Monitor(analyzer, new MultipassTermFilteredPresearcher(2), new MonitorConfiguration())) {
            List<MonitorQuery> queries = new ArrayList<>();
            for (String text : Files.readAllLines(Path.of(arguments[0]))) {
                queries.add(new MonitorQuery("q" + queries.size(), new QueryParser("body", analyzer).parse(text)));
            }
            monitor.register(queries);
            match(monitor, stories); // the first pass warms the virtual machine up
            long start = System.nanoTime();
            int rounds = 0, matches = 0;
            while (System.nanoTime() - start < 3_000_000_000L) {
                matches = match(monitor, stories);
                rounds++;
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.println(rounds * stories.size() / seconds + "\t" + matches);
        }
    }

    private static int match(Monitor monitor, List<Document> stories) throws Exception {
        int matches = 0;
        for (Document story : stories) {
            matches += monitor.match(story, QueryMatch.SIMPLE_MATCHER).getMatchCount();
        }
        return matches;
    }

    private static Document document(String[] parts) {
        Document story = new Document();
        for (int at = 0; at + 1 < parts.length; at += 2) {
            story.add(TEXT.contains(parts[at])
                ? new TextField(parts[at], parts[at + 1], Field.Store.NO)
                : new StringField(parts[at], parts[at + 1], Field.Store.NO));
        }
        return story;
    }
}

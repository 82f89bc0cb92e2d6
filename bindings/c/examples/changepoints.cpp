// Prints where a series changes: changepoints++ FILE
//
// The series is the last column of the file, one observation a line; lines that do not end
// in a number are passed over.
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include <bocpd.hpp>

static std::vector<double> read_series(std::istream &file) {
    std::vector<double> values;
    for (std::string line; std::getline(file, line);) {
        const char *text = line.c_str();
        if (const auto comma = line.rfind(','); comma != std::string::npos) {
            text += comma + 1;
        }
        char *end = nullptr;
        const double value = std::strtod(text, &end);
        if (end != text) {
            values.push_back(value);
        }
    }
    return values;
}

int main(int argc, char **argv) try {
    if (argc != 2) {
        std::cerr << "usage: changepoints++ FILE\n";
        return EXIT_FAILURE;
    }
    std::ifstream file(argv[1]);
    if (!file) {
        std::cerr << "changepoints++: cannot open " << argv[1] << '\n';
        return EXIT_FAILURE;
    }
    const std::vector<double> values = read_series(file);

    // A detector for a series that nothing else is known about.
    bocpd::detector detector(bocpd::config::for_series(values));
    detector.step_many(values);
    for (const std::uint64_t change : detector.changepoints()) {
        std::cout << change << '\n';
    }
    return EXIT_SUCCESS;
} catch (const std::exception &failure) {
    std::cerr << "changepoints++: " << failure.what() << '\n';
    return EXIT_FAILURE;
}
